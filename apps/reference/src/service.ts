import formbody from '@fastify/formbody';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance } from 'fastify';
import { systemClock } from 'millrace/core';
import { createIdentitiesFromDatabase } from './baseline/identities.ts';
import { createPasswordsOnLoop } from './baseline/passwords.ts';
import { Counters } from './counters.ts';
import { Database } from './database.ts';
import { createCachedIdentities } from './optimised/identities.ts';
import { createPasswordsInThreads } from './optimised/passwords.ts';
import { createAccounts } from './postgres/accounts.ts';
import { authRoutes } from './routes/auth.ts';
import { createAuthorisation } from './routes/authorisation.ts';
import { healthRoutes } from './routes/health.ts';
import { refuseBadPath, refuseBrokenHttp, registerProblemDocuments } from './routes/problem-documents.ts';
import type { Settings } from './settings.ts';
import { createTokens } from './tokens.ts';

const MAX_BODY_BYTES = 1_048_576;
const POOL_OF_2 = { size: 2, overflow: 0 };
const HASH_GATE = { threads: 1, maxQueue: 20, deadlineMs: 5_000 };

export interface Service {
  readonly app: FastifyInstance;
  readonly counters: Counters;
  close(): Promise<void>;
}

/** Puts the service together: each switch chooses between a baseline and an optimised part. */
export async function createService(settings: Settings): Promise<Service> {
  const { switches } = settings;
  const clock = systemClock;
  const counters = new Counters();
  const database = new Database({ ...settings.database, ...(switches.has('db.pool-of-2') ? POOL_OF_2 : {}) }, counters);
  const accounts = createAccounts(database);
  const tokens = createTokens(settings.jwtSecret, settings.tokenTtlSeconds, clock);
  const passwords = switches.has('auth.hash-on-loop')
    ? createPasswordsOnLoop(counters)
    : createPasswordsInThreads(HASH_GATE, counters);
  const identities = switches.has('auth.db-per-request')
    ? createIdentitiesFromDatabase(tokens, accounts, counters)
    : createCachedIdentities(tokens, accounts, counters);

  const app = createApp(counters);
  const authorise = createAuthorisation(identities, counters);
  await app.register(authRoutes({ accounts, passwords, identities, tokens, counters, authorise }), {
    prefix: '/api/v1/auth',
  });
  await app.register(healthRoutes(database, settings.version), { prefix: '/health' });
  if (settings.proof) app.get('/internal/counters', async () => counters.snapshot());
  return {
    app,
    counters,
    async close() {
      await app.close();
      await Promise.all([identities.close(), passwords.close()]);
      await database.close();
    },
  };
}

function createApp(counters: Counters) {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: (error, _request, reply) => refuseBadPath(error, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  registerProblemDocuments(app);
  app.register(formbody, { bodyLimit: MAX_BODY_BYTES });
  app.addHook('onRequest', (request, _reply, done) => {
    if (!request.url.startsWith('/internal/')) counters.add('requests');
    done();
  });
  return app;
}
