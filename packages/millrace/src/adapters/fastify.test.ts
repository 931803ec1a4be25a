import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { createGzip, gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { createCache } from '../cache/index.ts';
import { cacheResponse } from './fastify.ts';

/** Twice the same request to an app that a test has set up. */
async function askTwice(
  setUp: (app: FastifyInstance, cached: ReturnType<typeof cacheResponse>) => void,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Buffer; headers: Record<string, unknown> }[]> {
  await using cache = createCache({ name: 'answers' });
  await using app = fastify();
  setUp(app, cacheResponse({ cache }));
  const answers: { status: number; body: Buffer; headers: Record<string, unknown> }[] = [];
  for (let i = 0; i < 2; i++) {
    const answer = await app.inject({ url: '/', headers });
    answers.push({ status: answer.statusCode, body: answer.rawPayload, headers: answer.headers });
  }
  return answers;
}

test('[ADAPTER-3] fastify: an answer is serialized once, by its schema, after the hooks that come before that', async () => {
  let runs = 0;
  const schema = {
    response: { 200: { type: 'object', properties: { shown: { type: 'number' }, added: { type: 'string' } } } },
  };
  const answers = await askTwice((app, cached) => {
    app.addHook('preSerialization', async (_request, _reply, payload) => ({ ...(payload as object), added: 'yes' }));
    app.get('/', { schema, ...cached }, () => ({ shown: ++runs, secret: 'hidden' }));
  });
  assert.equal(runs, 1);
  for (const { body, headers } of answers) {
    assert.equal(String(body), '{"shown":1,"added":"yes"}');
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  }
});

test('[ADAPTER-3] fastify: bytes that are JSON keep their content type', async () => {
  const answers = await askTwice((app, cached) => {
    app.get('/', { ...cached }, (_request, reply) => reply.type('application/json').send(Buffer.from('{}')));
  });
  assert.deepEqual(
    answers.map(({ headers }) => headers['content-type']),
    ['application/json', 'application/json'],
  );
});

test('[ADAPTER-2] fastify: hooks after the cache work on a stored answer as on a new one', async () => {
  let visits = 0;
  let runs = 0;
  const answers = await askTwice((app, cached) => {
    app.addHook('onSend', cached.onSend);
    app.addHook('onSend', async (_request, reply, payload) => {
      reply.headers({ 'content-encoding': 'gzip', 'x-visit': String(++visits) }).removeHeader('content-length');
      return Readable.from([payload as string]).pipe(createGzip());
    });
    app.get('/', { ...cached }, () => `run ${++runs}`);
  });
  assert.deepEqual(
    answers.map(({ body, headers }) => [String(gunzipSync(body)), headers['x-visit']]),
    [
      ['run 1', '1'],
      ['run 1', '2'],
    ],
  );
});

test('[ADAPTER-2] fastify: hooks before the cache have been at a stored answer, and are not at it again', async () => {
  let runs = 0;
  const answers = await askTwice((app, cached) => {
    app.addHook('onSend', async (_request, _reply, payload) => `<${payload}>`);
    app.get('/', { ...cached }, () => `run ${++runs}`);
  });
  assert.deepEqual(
    answers.map(({ body }) => String(body)),
    ['<run 1>', '<run 1>'],
  );
});

test('[ADAPTER-3] fastify: headers that a hook sets for one request stand', async () => {
  let visits = 0;
  const answers = await askTwice((app, cached) => {
    app.addHook('onSend', async (_request, reply) => void reply.header('x-visit', String(++visits)));
    app.get('/', { ...cached }, (_request, reply) => reply.header('x-note', 'a').send('text'));
  });
  assert.deepEqual(
    answers.map(({ headers }) => [headers['x-visit'], headers['x-note']]),
    [
      ['1', 'a'],
      ['2', 'a'],
    ],
  );
});

test('[ADAPTER-3] fastify: versions of a route share nothing', async () => {
  await using cache = createCache({ name: 'answers' });
  await using app = fastify();
  const cached = cacheResponse({ cache });
  for (const version of ['1.0.0', '2.0.0']) app.get('/', { ...cached, constraints: { version } }, () => version);
  for (const version of ['1.0.0', '2.0.0', '1.0.0'])
    assert.equal((await app.inject({ url: '/', headers: { 'accept-version': version } })).body, version);
  assert.equal(cache.stats().hits, 1);
});

test('[ADAPTER-6] fastify: a session makes a request an authorised one, before the cache and behind it', async () => {
  for (const hook of ['onRequest', 'preHandler'] as const) {
    let runs = 0;
    await using cache = createCache({ name: 'answers' });
    await using app = fastify();
    const cached = cacheResponse({ cache });
    const note = async (request: object): Promise<void> => void Object.assign(request, { session: {} });
    const hooks = hook === 'onRequest' ? { onRequest: note } : { preHandler: [cached.preHandler, note] };
    app.get('/', { ...cached, ...hooks }, () => `run ${++runs}`);
    for (const body of ['run 1', 'run 2']) assert.equal((await app.inject({ url: '/' })).body, body);
  }
});

test('[ADAPTER-2] fastify: who is refused before the handler is refused before the cache', async () => {
  let runs = 0;
  await using cache = createCache({ name: 'answers' });
  await using app = fastify();
  const cached = cacheResponse({ cache, shared: true });
  const guard = async (request: { headers: Record<string, unknown> }): Promise<void> => {
    if (request.headers['x-pass'] === undefined) throw Object.assign(new Error('no pass'), { statusCode: 401 });
  };
  app.get('/', { ...cached, preHandler: [guard, cached.preHandler] }, () => `run ${++runs}`);
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await app.inject({ url: '/', headers })).statusCode;
  assert.deepEqual(
    [await status({ 'x-pass': '1' }), await status({}), await status({ 'x-pass': '1' })],
    [200, 401, 200],
  );
  assert.equal(runs, 1);
});

test('[ADAPTER-3] fastify: an answer that is sent past the hooks ends its load', async () => {
  let runs = 0;
  const answers = await askTwice((app, cached) => {
    app.get('/', { ...cached }, (_request, reply) => {
      reply.hijack();
      reply.raw.end(`run ${++runs}`);
    });
  });
  assert.deepEqual(
    answers.map(({ body }) => String(body)),
    ['run 1', 'run 2'],
  );
});
