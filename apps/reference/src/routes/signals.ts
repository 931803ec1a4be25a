import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import { SIGNAL_ACTIONS, type Signals, STRENGTH_LEVELS, type Statistics } from '../ports/index.ts';
import { notFound } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Days, Id, listOf, nullable, oneOf, PAGE_FIELDS, Pair, pageOf, query, Timestamp } from './fields.ts';
import { readPage } from './pages.ts';

export interface SignalParts {
  readonly signals: Signals;
  readonly statistics: Statistics;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
  /** The instant from which days are counted back. */
  readonly now: () => Date;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const MAX_RATE = 1e15;
/** A thousand times the stake; sums of millionths stay exact. */
const MAX_PROFIT_RATIO = 1_000;

const Action = oneOf(SIGNAL_ACTIONS);
const Level = oneOf(STRENGTH_LEVELS);
const Signal = Type.Object({
  id: Id,
  strategyId: Id,
  pair: Type.String(),
  action: Action,
  signalStrength: Type.Number(),
  strengthLevel: Level,
  currentRate: Type.Number(),
  profitRatio: nullable('number'),
  indicators: nullable('object', { additionalProperties: { type: 'number' } }),
  createdAt: Timestamp,
});
const NewSignal = Type.Object(
  {
    pair: Pair,
    action: Action,
    signalStrength: Type.Number({ minimum: 0, maximum: 1 }),
    currentRate: Type.Number({ exclusiveMinimum: 0, maximum: MAX_RATE }),
    profitRatio: Type.Optional(nullable('number', { minimum: -1, maximum: MAX_PROFIT_RATIO })),
    indicators: Type.Optional(
      nullable('object', {
        maxProperties: 32,
        propertyNames: { pattern: '^[A-Za-z0-9_]{1,40}$' },
        additionalProperties: { type: 'number' },
      }),
    ),
  },
  { additionalProperties: false },
);
const Counts = { total: Type.Integer(), buy: Type.Integer(), sell: Type.Integer(), hold: Type.Integer() };
const Summary = Type.Object({
  total: Type.Integer(),
  byAction: Type.Object({ buy: Type.Integer(), sell: Type.Integer(), hold: Type.Integer() }),
  byStrength: Type.Object({
    ...{ strong: Type.Integer(), medium: Type.Integer() },
    ...{ weak: Type.Integer(), ignore: Type.Integer() },
  }),
  averageStrength: nullable('number'),
  averageProfitRatio: nullable('number'),
  lastSignalAt: nullable('string'),
  topPairs: listOf(Type.Object({ pair: Type.String(), total: Type.Integer() })),
});
const Trend = Type.Object({
  days: Type.Integer(),
  points: listOf(Type.Object({ date: Type.String(), ...Counts, averageStrength: nullable('number') })),
});
const ListQuery = query({
  ...PAGE_FIELDS,
  pair: Type.Optional(Pair),
  action: Type.Optional(Action),
  strength: Type.Optional(Level),
  strategyId: Type.Optional(Id),
});
const TrendQuery = query({ days: Type.Optional(Days) });
const WebhookParams = Type.Object({ strategyId: Id });

/** What the caller's strategies reported. */
export function signalRoutes(parts: SignalParts): FastifyPluginAsyncTypebox {
  const { signals, statistics, cursors, now } = parts;
  return async (app) => {
    app.addHook('onRequest', parts.authorise);

    app.get('/', { schema: { querystring: ListQuery, response: { 200: pageOf(Signal) } } }, (request) => {
      const { userId } = request.identity;
      const { pair, action, strength, strategyId } = request.query;
      const filter = { pair, action, strength, strategyId };
      return readPage(cursors, { name: 'signals', userId, filter }, request.query, (page) =>
        signals.list(userId, filter, page),
      );
    });

    const webhook = { params: WebhookParams, body: NewSignal, response: { 201: Signal } };
    app.post('/webhook/:strategyId', { schema: webhook }, async (request, reply) => {
      const { profitRatio = null, indicators = null, ...rest } = request.body;
      const { strategyId } = request.params;
      const signal = await signals.record(request.identity.userId, strategyId, { ...rest, profitRatio, indicators });
      if (!signal) throw notFound('strategy');
      return reply.code(201).send(signal);
    });

    app.get('/statistics/summary', { schema: { response: { 200: Summary } } }, async (request) => {
      return statistics.signalSummary(request.identity.userId);
    });

    const trend = { querystring: TrendQuery, response: { 200: Trend } };
    app.get('/statistics/trend', { schema: trend }, async (request) => {
      const { days = DEFAULT_DAYS } = request.query;
      const today = now().setUTCHours(0, 0, 0, 0);
      const firstDay = new Date(today - (days - 1) * DAY_MS);
      return { days, points: await statistics.signalTrend(request.identity.userId, firstDay, days) };
    });
  };
}
