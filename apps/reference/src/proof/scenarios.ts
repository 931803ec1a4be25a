import { defineScenario, type Scenario } from '@millrace/load';
import type { Random } from 'millrace/core';
import { createZipf } from '../data/index.ts';
import { API_PAGES, LOGIN, PORTAL_PAGES, PROJECT_PAGES, READS, read, type TraderStep, WRITES } from './pages.ts';
import type { Trader, TraderPool } from './trader.ts';

const ZIPF_EXPONENT = 0.9;

/** A few users are much busier than the rest. */
function busiestFirst(size: number): (random: Random) => number {
  const zipf = createZipf({ size, exponent: ZIPF_EXPONENT });
  return (random) => zipf.draw(random) - 1;
}

function traderScenario(name: string, pool: TraderPool, steps: readonly TraderStep[]): Scenario<Trader> {
  return defineScenario<Trader>({
    name,
    users: pool.size,
    createUser: (index) => pool.create(index),
    pickUser: busiestFirst(pool.size),
    steps,
  });
}

/** Origin 000's mix: 70 % authorised reads, 15 % logins, 15 % writes. */
export function traderMix(pool: TraderPool): Scenario<Trader> {
  return traderScenario('trader mix', pool, [...READS, LOGIN, ...WRITES]);
}

/** The same mix without its logins: 82 % reads, 18 % writes, with tokens issued beforehand. */
export function tokenMix(pool: TraderPool): Scenario<Trader> {
  return traderScenario('token mix', pool, [...READS, ...WRITES]);
}

/** After one lap everyone has been seen once. */
function inTurn(scenario: Scenario<Trader>): Scenario<Trader> {
  return { ...scenario, pickUser: (_random, arrival) => arrival % scenario.users };
}

/** The token mix, visiting each user in turn. */
export function everyUserOnce(pool: TraderPool): Scenario<Trader> {
  return inTurn(tokenMix(pool));
}

/** Logins alone. */
export function loginBurst(pool: TraderPool): Scenario<Trader> {
  return traderScenario('login burst', pool, [{ ...LOGIN, weight: 1 }]);
}

/** What an orchestrator asks to know whether the process lives. */
export function healthProbes(): Scenario<null> {
  return defineScenario<null>({
    name: 'health probes',
    users: 1,
    createUser: () => null,
    steps: [{ name: 'live', weight: 1, build: () => ({ method: 'GET', path: '/health/live' }) }],
  });
}

/** Origin 003's key portal. */
export function keyPortal(pool: TraderPool): Scenario<Trader> {
  return traderScenario('key portal', pool, PORTAL_PAGES);
}

/** The pages of the dashboards, everybody as often as everybody else. */
export function apiMix(pool: TraderPool): Scenario<Trader> {
  return inTurn(traderScenario('API mix', pool, API_PAGES));
}

/** One scenario a page, each visiting every user in turn. */
export function everyPageOnce(pool: TraderPool, pages: readonly TraderStep[]): readonly Scenario<Trader>[] {
  return pages.map((step) => inTurn(traderScenario(step.name, pool, [step])));
}

/** The pages of the projects, everybody as often as everybody else. */
export function projectMix(pool: TraderPool): Scenario<Trader> {
  return inTurn(traderScenario('projects', pool, PROJECT_PAGES));
}

/** The caller's usage as a CSV file. */
export function usageExport(pool: TraderPool, rows: number): Scenario<Trader> {
  const path = `/api/v1/stats/usage/export?format=csv&limit=${rows}`;
  return traderScenario('usage export', pool, [read('export', 1, () => path)]);
}

/** The first `count` traders of a pool. */
export function firstOf(pool: TraderPool, count: number): TraderPool {
  return sliceOf(pool, 0, count);
}

/** `count` traders of a pool from one on; fewer where it ends before. */
export function sliceOf(pool: TraderPool, from: number, count: number): TraderPool {
  return { size: Math.max(0, Math.min(count, pool.size - from)), create: (index) => pool.create(from + index) };
}
