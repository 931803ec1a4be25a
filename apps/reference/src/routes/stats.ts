import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import {
  type Gather,
  KEY_STATUSES,
  type Keys,
  LEADERBOARD_ORDERS,
  type Statistics,
  type Upstream,
} from '../ports/index.ts';
import type { Authorisation } from './authorisation.ts';
import { compareKeys } from './comparison.ts';
import { Days, Id, listOf, nullable, oneOf, query } from './fields.ts';
import { toUsageFilter, UsageQuery } from './usage-query.ts';

export interface StatsParts {
  readonly keys: Keys;
  readonly statistics: Statistics;
  readonly upstream: Upstream;
  readonly authorise: Authorisation;
  readonly gather: Gather;
}

const DEFAULT_DAYS = 7;

const FIGURES = { requests: Type.Integer(), tokens: Type.Integer(), costUsd: Type.Number() };
const Figures = Type.Object(FIGURES);
const KEY_FIELDS = {
  ...{ id: Id, name: Type.String(), status: oneOf(KEY_STATUSES) },
  ...{ totalRequests: Type.Integer(), totalTokens: Type.Integer() },
};
const KeyStats = Type.Object({ total: Figures, today: Figures });
const Usage = Type.Object({
  summary: Type.Object({ keys: Type.Integer(), totalRequests: Type.Integer(), totalTokens: Type.Integer() }),
  items: listOf(
    Type.Object({
      ...KEY_FIELDS,
      lastUsedAt: nullable('string'),
      period: Type.Union([
        Type.Object({ requests: Type.Integer(), tokens: Type.Integer(), errors: Type.Integer() }),
        Type.Null(),
      ]),
    }),
  ),
  /** What the key service says at this moment; null unless `realtime` was asked for. */
  realtime: Type.Union([KeyStats, Type.Null()]),
});
const Comparison = Type.Object({
  items: listOf(
    Type.Object({ ...KEY_FIELDS, upstream: Type.Union([KeyStats, Type.Null()]), error: nullable('string') }),
  ),
  failed: Type.Integer(),
});
const Leaderboard = Type.Object({
  sortBy: oneOf(LEADERBOARD_ORDERS),
  items: listOf(Type.Object({ rank: Type.Integer(), ...KEY_FIELDS })),
});
const Dashboard = Type.Object({
  keys: Type.Object({
    ...{ keys: Type.Integer(), activeKeys: Type.Integer() },
    ...{ totalRequests: Type.Integer(), totalTokens: Type.Integer() },
  }),
  upstream: Type.Object({ totalKeys: Type.Integer(), activeKeys: Type.Integer(), total: Figures, today: Figures }),
});
const Trend = Type.Object({
  days: Type.Integer(),
  points: listOf(Type.Object({ date: Type.String(), ...FIGURES })),
});
const CompareQuery = query({ keyIds: Type.String({ pattern: '^[1-9]\\d{0,14}(,[1-9]\\d{0,14}){1,4}$' }) });
const LeaderboardQuery = query({ sortBy: Type.Optional(oneOf(LEADERBOARD_ORDERS)) });
const TrendQuery = query({ days: Type.Optional(Days) });

/** Figures about the caller's API keys, from the rows here and from the key service. */
export function statsRoutes({ keys, statistics, upstream, authorise, gather }: StatsParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', authorise);

    app.get('/usage', { schema: { querystring: UsageQuery, response: { 200: Usage } } }, async (request) => {
      const { summary, items } = await statistics.usage(request.identity.userId, toUsageFilter(request.query));
      const [first] = items;
      const realtime = request.query.realtime && first ? await upstream.keyStats(first.crsKeyId) : null;
      return { summary, items, realtime };
    });

    const compare = { querystring: CompareQuery, response: { 200: Comparison } };
    app.get('/compare', { schema: compare }, (request) => {
      const keyIds = request.query.keyIds.split(',').map(Number);
      return compareKeys(keys, upstream, request.identity.userId, keyIds, gather);
    });

    const leaderboard = { querystring: LeaderboardQuery, response: { 200: Leaderboard } };
    app.get('/leaderboard', { schema: leaderboard }, async (request) => {
      const { sortBy = 'tokens' } = request.query;
      const entries = await statistics.leaderboard(request.identity.userId, sortBy);
      return { sortBy, items: entries.map((entry, index) => ({ rank: index + 1, ...entry })) };
    });

    app.get('/dashboard', { schema: { response: { 200: Dashboard } } }, async (request) => {
      const [own, all] = await gather([
        () => statistics.keyTotals(request.identity.userId),
        () => upstream.dashboard(),
      ]);
      return { keys: own, upstream: all };
    });

    app.get('/trend', { schema: { querystring: TrendQuery, response: { 200: Trend } } }, async (request) => {
      const { days, points } = await upstream.trend(request.query.days ?? DEFAULT_DAYS);
      return { days, points };
    });
  };
}
