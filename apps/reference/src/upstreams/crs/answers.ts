import { createHash } from 'node:crypto';

/** Figures that depend on nothing but the question, so that a cached answer and a fresh one are the same. */
export interface UsageFigures {
  readonly requests: number;
  readonly tokens: number;
  readonly costUsd: number;
}

const DAY_MS = 86_400_000;

export function dashboardAnswer(): object {
  const { totalKeys, activeKeys } = { totalKeys: 51, activeKeys: 37 };
  return {
    totalKeys,
    activeKeys,
    total: figures('dashboard:total', 900_000),
    today: figures('dashboard:today', 9_000),
  };
}

export function keysAnswer(user: string, ids: readonly string[]): object {
  const keys = ids.map((id) => ({
    ...{ id, name: `key ${id}`, isActive: numberOf(`active:${id}`, 5) !== 0 },
    ...figures(`key:${id}`, 5_000),
  }));
  return { user, keys };
}

/** One entry a day, oldest first, the last one for `today`. */
export function trendAnswer(days: number, today: Date): object {
  const points = Array.from({ length: days }, (_, index) => {
    const date = new Date(today.getTime() - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { date, ...figures(`trend:${date}`, 9_000) };
  });
  return { days, points };
}

export function keyStatsAnswer(id: string): object {
  return { id, total: figures(`key:${id}`, 5_000), today: figures(`key-today:${id}`, 200) };
}

export function createdKeyAnswer(user: string, name: string): object {
  return { id: `crs_${hexOf(`${user}/${name}`, 12)}`, user, name, isActive: true };
}

function figures(label: string, atMost: number): UsageFigures {
  const requests = numberOf(`requests:${label}`, atMost);
  const tokens = requests * (200 + numberOf(`size:${label}`, 1_800));
  return { requests, tokens, costUsd: Math.round(tokens * 0.0004) / 100 };
}

/** A whole number from 0 to below `below`, the same one for the same label. */
function numberOf(label: string, below: number): number {
  return createHash('sha256').update(label).digest().readUInt32BE(0) % below;
}

function hexOf(label: string, digits: number): string {
  return createHash('sha256').update(label).digest('hex').slice(0, digits);
}
