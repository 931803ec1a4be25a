import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fastify from 'fastify';
import { createRateLimiter, type RateDecision } from '../ratelimit/index.ts';
import { authenticate, limitRate, type RequestDeadline, setDeadline } from './fastify.ts';

/** A service over HTTP/2 whose answers and tokens a test keeps waiting; all that it answers is given back. */
interface Trial {
  readonly session: ClientHttp2Session;
  /** What has happened, in order. */
  readonly log: string[];
  readonly known: PromiseWithResolvers<{ id: string }>;
  readonly answer: PromiseWithResolvers<string>;
  deadline(): RequestDeadline | undefined;
}

async function start(t: TestContext): Promise<Trial> {
  const log: string[] = [];
  const [known, answer] = [Promise.withResolvers<{ id: string }>(), Promise.withResolvers<string>()];
  const limiter = createRateLimiter();
  limiter.refund = (_key: unknown, { cost }: RateDecision): void => void log.push(`refunded ${cost}`);
  const check = (): Promise<{ id: string }> => {
    log.push('asked');
    return known.promise;
  };
  const app = fastify({ http2: true });
  let deadline: RequestDeadline | undefined;
  app.addHook('onRequest', setDeadline({ ms: 60_000 }));
  app.addHook('onRequest', authenticate({ tokens: { check } }));
  app.addHook('onRequest', limitRate({ limiter, refund: () => true }));
  app.get('/', (request) => {
    log.push('handled');
    ({ deadline } = request as { deadline?: RequestDeadline });
    return answer.promise;
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const session = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  t.after(async () => {
    session.destroy();
    await app.close();
  });
  return { session, log, known, answer, deadline: () => deadline };
}

function send({ session }: Trial): ClientHttp2Stream {
  return session.request({ ':path': '/', authorization: 'Bearer good' });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

/** Ends a stream before its answer; another round trip on the connection says that the service has heard of it. */
async function hangUp({ session }: Trial, stream: ClientHttp2Stream): Promise<void> {
  stream.close(8);
  await once(stream, 'close');
  await new Promise<void>((done) => session.ping(() => done()));
  for (let each = 0; each < 5; each++) await turn();
}

test('[ADAPTER-20] HTTP/2: who hangs up while it is found out who asks is asked nothing more', async (t) => {
  const trial = await start(t);
  const stream = send(trial);
  await until(() => trial.log.length > 0);
  await hangUp(trial, stream);
  trial.known.resolve({ id: 'ada' });
  for (let each = 0; each < 5; each++) await turn();
  assert.deepEqual(trial.log, ['asked']);
});

test('[ADAPTER-20] [ADAPTER-24] HTTP/2: who hangs up before the answer gets nothing back, and the handler is told', async (t) => {
  const trial = await start(t);
  trial.known.resolve({ id: 'ada' });
  const stream = send(trial);
  await until(() => trial.log.includes('handled'));
  await hangUp(trial, stream);
  assert.equal(trial.deadline()?.signal.aborted, true);
  trial.answer.resolve('late');
  for (let each = 0; each < 5; each++) await turn();
  assert.deepEqual(trial.log, ['asked', 'handled']);
});

test('[ADAPTER-16] [ADAPTER-24] HTTP/2: an answer that has gone out gives back, and its deadline is over', async (t) => {
  const trial = await start(t);
  trial.known.resolve({ id: 'ada' });
  trial.answer.resolve('in time');
  const stream = send(trial);
  stream.resume();
  await once(stream, 'close');
  await until(() => trial.log.length === 3);
  assert.deepEqual(trial.log, ['asked', 'handled', 'refunded 1']);
  assert.equal(trial.deadline()?.signal.aborted, false);
});
