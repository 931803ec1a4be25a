import type { RequestSpec, Step } from '@millrace/load';
import type { Random } from 'millrace/core';
import { authorised, exempt } from './authorised.ts';
import type { Trader } from './trader.ts';

/*
 * What users ask for: names, weights, paths and bodies, and nothing that knows of a database. The proof sends it with
 * tokens made beforehand, the files for `millrace load run` as clients that log in.
 */

const JSON_HEADERS = { 'content-type': 'application/json' };
const PAIRS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT'];

/** One thing that a trader asks for. */
export type TraderStep = Step<Trader>;

/** A page that is read with the trader's token. */
export function read(name: string, weight: number, path: (trader: Trader, random: Random) => string): TraderStep {
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

/** A login, whose token takes the place of the one before. */
export const LOGIN: TraderStep = {
  name: 'login',
  weight: 15,
  build: ({ username, password, exemption }) => ({
    method: 'POST',
    path: '/api/v1/auth/token',
    headers: { ...exempt({ exemption }), ...JSON_HEADERS },
    body: JSON.stringify({ username, password }),
  }),
  onAnswer({ status, body }, trader) {
    if (status === 200) trader.token = (JSON.parse(body) as { access_token: string }).access_token;
  },
};

/** 70 parts of authorised reads, as origin 000 saw them. */
export const READS: readonly TraderStep[] = [
  read('me', 20, () => '/api/v1/auth/me'),
  read('strategies', 15, () => '/api/v1/strategies?limit=20'),
  read('overview', 10, () => '/api/v1/strategies/overview'),
  read('signals', 15, () => '/api/v1/signals?limit=50'),
  read('summary', 10, () => '/api/v1/signals/statistics/summary'),
];

/** 15 parts of writes. */
export const WRITES: readonly TraderStep[] = [
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
