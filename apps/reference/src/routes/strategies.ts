import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Cursors } from '../cursors.ts';
import { STRATEGY_STATUSES, type Statistics, type Strategies, TIMEFRAMES } from '../ports/index.ts';
import { notFound } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, IdParams, listOf, oneOf, PAGE_FIELDS, Pair, pageOf, query, Timestamp, text } from './fields.ts';
import { readPage } from './pages.ts';

export interface StrategyParts {
  readonly strategies: Strategies;
  readonly statistics: Statistics;
  readonly cursors: Cursors;
  readonly authorise: Authorisation;
}

const Status = oneOf(STRATEGY_STATUSES);
const NEW_FIELDS = {
  name: text(100),
  strategyClass: text(100),
  exchange: Type.String({ pattern: '^[a-z0-9_-]{1,32}$' }),
  timeframe: oneOf(TIMEFRAMES),
  pairWhitelist: listOf(Pair, { maxItems: 50 }),
};
const NewStrategy = Type.Object(NEW_FIELDS, { additionalProperties: false });
const Strategy = Type.Object({
  id: Id,
  ...NEW_FIELDS,
  status: Status,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
const Overview = Type.Object({
  total: Type.Integer(),
  byStatus: Type.Object({ stopped: Type.Integer(), running: Type.Integer(), error: Type.Integer() }),
  byExchange: listOf(Type.Object({ exchange: Type.String(), total: Type.Integer(), running: Type.Integer() })),
  recent: listOf(Type.Object({ id: Id, name: Type.String(), status: Status, updatedAt: Timestamp })),
});
const ListQuery = query({ ...PAGE_FIELDS, status: Type.Optional(Status) });

/** The caller's trading strategies. */
export function strategyRoutes(parts: StrategyParts): FastifyPluginAsyncTypebox {
  const { strategies, statistics, cursors } = parts;
  return async (app) => {
    app.addHook('onRequest', parts.authorise);

    app.get('/', { schema: { querystring: ListQuery, response: { 200: pageOf(Strategy) } } }, (request) => {
      const { userId } = request.identity;
      const filter = { status: request.query.status };
      return readPage(cursors, { name: 'strategies', userId, filter }, request.query, (page) =>
        strategies.list(userId, filter, page),
      );
    });

    app.get('/overview', { schema: { response: { 200: Overview } } }, (request) => {
      return statistics.overview(request.identity.userId);
    });

    app.post('/', { schema: { body: NewStrategy, response: { 201: Strategy } } }, async (request, reply) => {
      return reply.code(201).send(await strategies.create(request.identity.userId, request.body));
    });

    for (const [action, status] of [
      ['start', 'running'],
      ['stop', 'stopped'],
    ] as const) {
      const schema = { params: IdParams, response: { 200: Strategy } };
      app.post(`/:id/${action}`, { schema }, async (request) => {
        const strategy = await strategies.setStatus(request.identity.userId, request.params.id, status);
        if (!strategy) throw notFound('strategy');
        return strategy;
      });
    }
  };
}
