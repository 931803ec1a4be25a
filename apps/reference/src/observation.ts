import { openSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createSynchronousLog } from './baseline/index.ts';
import type { Counters } from './counters.ts';
import { START_ERRORS } from './errors.ts';
import { createAsynchronousLog } from './optimised/index.ts';
import type { AccessLog, Metrics } from './ports/index.ts';
import { CLIENT_GONE } from './problem.ts';
import type { Settings } from './settings.ts';

/** A path that leads to no route has this name, however many there are. */
const NO_ROUTE = 'none';

/** Tells each answer to whoever measures, and opens `/metrics`. */
export function observeRequests(app: FastifyInstance, metrics: Metrics, accessLog: AccessLog): void {
  const tell = (request: FastifyRequest, reply: FastifyReply): void => {
    const { method } = request;
    const route = request.routeOptions.url ?? NO_ROUTE;
    const status = reply.raw.writableEnded ? reply.statusCode : CLIENT_GONE;
    metrics.observe({ method, route, status, seconds: reply.elapsedTime / 1000 });
    accessLog.write(JSON.stringify({ time: Date.now(), method, route, status, ms: reply.elapsedTime }));
  };
  // Not in onResponse, which does not come where the client has gone.
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => tell(request, reply));
    done();
  });
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return metrics.text();
  });
}

/**
 * The access log that the settings name, written as the switches choose; without a file a log that keeps nothing.
 * @throws MILLRACE_REFERENCE_ACCESS_LOG
 */
export function openAccessLog({ accessLog: file, switches }: Settings, counters: Counters): AccessLog {
  if (file === undefined) return NO_LOG;
  const descriptor = openFile(file);
  return switches.has('log.sync')
    ? createSynchronousLog(descriptor, counters)
    : createAsynchronousLog(descriptor, counters);
}

function openFile(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? '';
    throw START_ERRORS.create('MILLRACE_REFERENCE_ACCESS_LOG', { file, reason }, error);
  }
}

const NO_LOG: AccessLog = { write() {}, close: async () => {} };
