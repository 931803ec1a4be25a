import formbody from '@fastify/formbody';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Counters } from './counters.ts';
import { compileRequestSchema } from './request-validation.ts';
import { refuseBadPath, refuseBrokenHttp, registerProblemDocuments } from './routes/index.ts';

const MAX_BODY_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;
const SWEEP_MS = 50;

export type App = FastifyInstance;

/** An empty HTTP server that reads JSON and forms within bounds and answers every failure as a problem document. */
export function createApp(counters: Counters, logLevel: string): App {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logController: new LogController({ disableRequestLogging: true }),
    logger: { level: logLevel },
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: (error, _request, reply) => refuseBadPath(error, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(compileRequestSchema);
  registerProblemDocuments(app);
  app.register(formbody, { bodyLimit: MAX_BODY_BYTES });
  app.addHook('onRequest', (request, _reply, done) => {
    if (!request.url.startsWith('/internal/')) counters.add('requests');
    done();
  });
  return app as unknown as FastifyInstance;
}

/** Fills up as routes are added. */
export function collectRoutes(app: App): readonly string[] {
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((name) => name !== 'HEAD');
    routes.push(...methods.map((name) => `${name} ${url}`));
  });
  return routes;
}

/**
 * Stops listening and lets requests under way finish. A connection that was busy when this began is kept alive by
 * its client afterwards; it is closed as soon as it has nothing to do.
 */
export async function closeApp(app: App): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}
