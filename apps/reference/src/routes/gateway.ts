import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { PROVIDER_STATUSES, type ProviderState, type RequestLog } from '../ports/index.ts';
import type { Authorisation } from './authorisation.ts';
import { Instant, listOf, nullable, oneOf, query } from './fields.ts';
import { toPeriod } from './usage-query.ts';

export interface GatewayParts {
  readonly providers: () => readonly ProviderState[];
  readonly requestLog: RequestLog;
  readonly authorise: Authorisation;
}

const Provider = Type.Object({
  ...{ name: Type.String(), status: oneOf(PROVIDER_STATUSES), calls: Type.Integer(), failures: Type.Integer() },
  consecutiveFailures: Type.Integer(),
  lastFailureAt: nullable('string'),
});
const FIGURES = {
  ...{ requests: Type.Integer(), errors: Type.Integer() },
  ...{ inputTokens: Type.Integer(), outputTokens: Type.Integer() },
};
const Durations = Type.Object({ averageMs: Type.Integer(), maxMs: Type.Integer() });
const Statistics = Type.Object({
  ...FIGURES,
  items: listOf(
    Type.Object({
      ...{ provider: nullable('string'), model: Type.String(), ...FIGURES },
      /** Null unless `durations` was asked for. */
      durations: Type.Union([Durations, Type.Null()]),
    }),
  ),
});
const StatisticsQuery = query({
  startDate: Type.Optional(Instant),
  endDate: Type.Optional(Instant),
  durations: Type.Optional(Type.Boolean()),
});

/** How the providers do, and what the caller has asked of them. */
export function gatewayRoutes({ providers, requestLog, authorise }: GatewayParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', authorise);

    const listed = { response: { 200: Type.Object({ items: listOf(Provider) }) } };
    app.get('/providers', { schema: listed }, async () => ({ items: providers() }));

    const schema = { querystring: StatisticsQuery, response: { 200: Statistics } };
    app.get('/stats/requests', { schema }, async (request) => {
      const { durations = false } = request.query;
      const period = toPeriod(request.query) ?? { start: undefined, end: undefined };
      const { items, ...sums } = await requestLog.statistics(request.identity.userId, period);
      return { ...sums, items: durations ? items : items.map((item) => ({ ...item, durations: null })) };
    });
  };
}
