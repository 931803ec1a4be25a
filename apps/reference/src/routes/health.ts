import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { withTimeout } from 'millrace/core';
import { Type } from 'typebox';
import type { Database } from '../database.ts';
import { Problem } from '../problem.ts';

const Status = Type.Object({ status: Type.Literal('ok') });
const StatusAndVersion = Type.Object({ status: Type.Literal('ok'), version: Type.String() });

/** Less than an orchestrator waits for. */
const READY_TIMEOUT_MS = 800;

/** Liveness says that the process answers; readiness that it can do its work. */
export function healthRoutes(database: Database, version: string): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/', { schema: { response: { 200: StatusAndVersion } } }, async () => ({ status: 'ok' as const, version }));
    app.get('/live', { schema: { response: { 200: Status } } }, async () => ({ status: 'ok' as const }));
    app.get('/ready', { schema: { response: { 200: Status } } }, async () => {
      await withTimeout(database.query('SELECT 1'), READY_TIMEOUT_MS).catch(() => {
        throw new Problem(503, 'the database does not answer', { 'retry-after': '1' });
      });
      return { status: 'ok' as const };
    });
  };
}
