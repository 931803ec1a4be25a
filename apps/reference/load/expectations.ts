import type { Trader } from '../src/proof/trader.ts';

/** What is looked at of the answers' bodies. */
interface Body {
  readonly access_token?: string;
  readonly id?: number;
  readonly username?: string;
  readonly status?: string;
  readonly total?: number;
  readonly items?: readonly unknown[];
  readonly points?: readonly unknown[];
  readonly keys?: object;
  readonly failed?: number;
  readonly upstreamAvailable?: boolean;
}

/** What must hold of an answer, and what it is called. */
export interface Expectation {
  readonly name: string;
  holds(body: Body, trader: Trader): boolean;
}

const hasId: Expectation = { name: 'has an id', holds: ({ id = 0 }) => id > 0 };
const hasTotal: Expectation = { name: 'has a total', holds: ({ total = -1 }) => total >= 0 };
const isList: Expectation = { name: 'is a list', holds: ({ items }) => Array.isArray(items) };

/** By the names that the pages have. */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  login: { name: 'gives a token', holds: ({ access_token = '' }) => access_token !== '' },
  me: { name: 'is the caller', holds: ({ username }, trader) => username === trader.username },
  strategies: isList,
  overview: hasTotal,
  signals: isList,
  summary: hasTotal,
  webhook: hasId,
  start: { name: 'runs', holds: ({ status }) => status === 'running' },
  create: hasId,
  dashboard: { name: 'counts the keys', holds: ({ keys }) => typeof keys === 'object' },
  keys: { name: 'has what the key service says', holds: ({ upstreamAvailable = false }) => upstreamAvailable },
  trend: { name: 'has a point a day', holds: ({ points = [] }) => points.length === 7 },
  leaderboard: isList,
  // Who has fewer than two keys has nothing to compare, and looks at the leaderboard.
  compare: { name: 'lacks no key', holds: ({ items, failed = 0 }) => Array.isArray(items) && failed === 0 },
};
