import { defineScenario, type RequestSpec, type Scenario, type Step } from '@millrace/load';
import type { Random } from 'millrace/core';
import { createZipf } from '../data/index.ts';
import type { Trader, TraderPool } from './trader.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const PAIRS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT'];
const ZIPF_EXPONENT = 0.9;

export type TraderStep = Step<Trader>;

function authorised(trader: Trader): Record<string, string> {
  return { authorization: `Bearer ${trader.token}` };
}

function read(name: string, weight: number, path: (trader: Trader, random: Random) => string): TraderStep {
  return {
    name,
    weight,
    build: (trader, random) => ({ method: 'GET', path: path(trader, random), headers: authorised(trader) }),
  };
}

function write(
  name: string,
  weight: number,
  request: (trader: Trader, random: Random) => { path: string; body?: unknown },
): TraderStep {
  return {
    name,
    weight,
    build(trader, random): RequestSpec {
      const { path, body } = request(trader, random);
      if (body === undefined) return { method: 'POST', path, headers: authorised(trader) };
      return { method: 'POST', path, headers: { ...authorised(trader), ...JSON_HEADERS }, body: JSON.stringify(body) };
    },
  };
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.int(values.length)] as T;
}

function strategyOf(trader: Trader, random: Random): number {
  return pick(random, trader.strategyIds);
}

const LOGIN: TraderStep = {
  name: 'login',
  weight: 15,
  build: ({ username, password }) => ({
    method: 'POST',
    path: '/api/v1/auth/token',
    headers: JSON_HEADERS,
    body: JSON.stringify({ username, password }),
  }),
  onAnswer({ status, body }, trader) {
    if (status === 200) trader.token = (JSON.parse(body) as { access_token: string }).access_token;
  },
};

/** 70 parts of authorised reads, as origin 000 saw them. */
const READS: readonly TraderStep[] = [
  read('me', 20, () => '/api/v1/auth/me'),
  read('strategies', 15, () => '/api/v1/strategies?limit=20'),
  read('overview', 10, () => '/api/v1/strategies/overview'),
  read('signals', 15, () => '/api/v1/signals?limit=50'),
  read('summary', 10, () => '/api/v1/signals/statistics/summary'),
];

/** 15 parts of writes. */
const WRITES: readonly TraderStep[] = [
  write('webhook', 10, (trader, random) => ({
    path: `/api/v1/signals/webhook/${strategyOf(trader, random)}`,
    body: {
      pair: pick(random, PAIRS),
      action: pick(random, ['buy', 'sell', 'hold']),
      signalStrength: Math.round(random.next() * 1_000) / 1_000,
      currentRate: 1 + random.int(1_000_000) / 100,
    },
  })),
  write('start', 3, (trader, random) => ({ path: `/api/v1/strategies/${strategyOf(trader, random)}/start` })),
  write('create', 2, (_trader, random) => ({
    path: '/api/v1/strategies',
    body: {
      name: `proof ${random.int(1_000_000)}`,
      strategyClass: 'MeanReversion',
      exchange: 'binance',
      timeframe: '5m',
      pairWhitelist: [pick(random, PAIRS)],
    },
  })),
];

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

/** The pages of origin 003's key portal. Four routes often enough for a P95 of their own. */
export const PORTAL_PAGES: readonly TraderStep[] = [
  read('dashboard', 25, () => '/api/v1/stats/dashboard'),
  read('keys', 25, () => '/api/v1/keys'),
  read('trend', 25, () => '/api/v1/stats/trend?days=7'),
  read(
    'leaderboard',
    24,
    (_trader, random) => `/api/v1/stats/leaderboard?sortBy=${pick(random, ['tokens', 'requests'])}`,
  ),
];

/** Origin 003's key portal. */
export function keyPortal(pool: TraderPool): Scenario<Trader> {
  return traderScenario('key portal', pool, PORTAL_PAGES);
}

/** What the dashboards of origins 000, 001 and 003 ask for when somebody opens them. */
export const API_PAGES: readonly TraderStep[] = [
  read('dashboard', 15, () => '/api/v1/stats/dashboard'),
  read('overview', 15, () => '/api/v1/strategies/overview'),
  read('strategies', 15, () => '/api/v1/strategies?limit=20'),
  read('signals', 15, () => '/api/v1/signals?limit=50'),
  read('summary', 15, () => '/api/v1/signals/statistics/summary'),
  read('trend', 10, () => '/api/v1/signals/statistics/trend?days=7'),
  read('compare', 15, ({ keyIds }) =>
    keyIds.length < 2 ? '/api/v1/stats/leaderboard' : `/api/v1/stats/compare?keyIds=${keyIds.join(',')}`,
  ),
];

/** The pages of the dashboards, everybody as often as everybody else. */
export function apiMix(pool: TraderPool): Scenario<Trader> {
  return inTurn(traderScenario('API mix', pool, API_PAGES));
}

/** One scenario a page, each visiting every user in turn. */
export function everyPageOnce(pool: TraderPool, pages: readonly TraderStep[]): readonly Scenario<Trader>[] {
  return pages.map((step) => inTurn(traderScenario(step.name, pool, [step])));
}

/** Origin 001's projects: the list, one with all that belongs to it, and now and then a step forward. */
export const PROJECT_PAGES: readonly TraderStep[] = [
  read('list', 45, () => '/api/v1/projects?limit=20'),
  read('detail', 50, ({ projectIds }, random) =>
    projectIds.length === 0
      ? '/api/v1/projects?limit=20'
      : `/api/v1/projects/${pick(random, projectIds)}?include=files,activities`,
  ),
  {
    name: 'progress',
    weight: 5,
    build(trader, random): RequestSpec {
      const headers = { ...authorised(trader), ...JSON_HEADERS };
      const { projectIds } = trader;
      if (projectIds.length === 0) return { method: 'GET', path: '/api/v1/projects?limit=20', headers };
      const body = JSON.stringify({ progress: random.int(100) });
      return { method: 'PATCH', path: `/api/v1/projects/${pick(random, projectIds)}`, headers, body };
    },
  },
];

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
