import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { EXPORT_FORMATS, type UsageExport } from '../ports/index.ts';
import { clientGone } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { Id, Instant, oneOf, query } from './fields.ts';
import { toPeriod } from './usage-query.ts';

export interface UsageExportParts {
  readonly usageExport: UsageExport;
  readonly authorise: Authorisation;
}

const MAX_RECORDS = 1_000_000;
const CONTENT_TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

const ExportQuery = query({
  format: Type.Optional(oneOf(EXPORT_FORMATS)),
  keyId: Type.Optional(Id),
  startDate: Type.Optional(Instant),
  endDate: Type.Optional(Instant),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_RECORDS })),
});

/** The caller's calls as a file. HEAD would have to read them all to answer alike, so there is none. */
export function usageExportRoutes({ usageExport, authorise }: UsageExportParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', authorise);

    const options = { exposeHeadRoute: false, schema: { querystring: ExportQuery } };
    app.get('/usage/export', options, async (request, reply) => {
      const { format = 'csv', keyId, limit } = request.query;
      const filter = { keyId, limit, period: toPeriod(request.query) };
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const { userId } = request.identity;
      const text = await usageExport.open(userId, filter, format, gone.signal).catch((error: unknown) => {
        throw gone.signal.aborted ? clientGone() : error;
      });
      return reply
        .header('content-type', CONTENT_TYPES[format])
        .header('content-disposition', `attachment; filename="usage.${format}"`)
        .header('cache-control', 'no-store')
        .send(text);
    });
  };
}
