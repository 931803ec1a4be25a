import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Hono } from 'hono';
import { createCache } from '../cache/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { cacheResponse as cacheHono } from './hono.ts';
import { cacheResponse } from './web.ts';

const REQUEST = 'https://shop.example/items';

test('[ADAPTER-5] web: an answer that is not there at once is passed on while it is made', async () => {
  await using cache = createCache({ name: 'answers' });
  const cached = cacheResponse({ cache });
  let more: ReadableStreamDefaultController<Uint8Array> | undefined;
  const slow = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from('first '));
      more = controller;
    },
  });
  const response = await cached(new Request(REQUEST), () => new Response(slow));
  const reader = response.body!.getReader();
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'first ');
  more?.enqueue(Buffer.from('second'));
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'second');
  more?.close();
  assert.equal((await reader.read()).done, true);
  assert.equal(await (await cached(new Request(REQUEST), () => new Response('anew'))).text(), 'anew');
});

test('[ADAPTER-5] web: who stops reading a stream stops its making', async () => {
  await using cache = createCache({ name: 'answers' });
  let cancelled: unknown;
  const endless = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (let i = 0; i < 3; i++) await turn();
      controller.enqueue(Buffer.from('more '));
    },
    cancel(reason) {
      cancelled = reason;
    },
  });
  const response = await cacheResponse({ cache })(new Request(REQUEST), () => new Response(endless));
  await response.body!.cancel('enough');
  assert.equal(cancelled, 'enough');
});

test('[ADAPTER-5] web: a stream that breaks off before anybody reads it breaks nothing else', async () => {
  await using cache = createCache({ name: 'answers' });
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const broken = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
      given.enqueue(Buffer.from('first '));
    },
  });
  const response = await cacheResponse({ cache })(new Request(REQUEST), () => new Response(broken));
  controller?.error(new Error('the rows are gone'));
  for (let i = 0; i < 3; i++) await turn(); // A rejection that nobody hears would end the process here.
  await assert.rejects(response.text(), /the rows are gone/);
});

test('[ADAPTER-5] web: a stream made anew behind an old answer is given up', async () => {
  const clock = createFakeClock();
  await using cache = createCache({ name: 'answers', ttlMs: 1_000, ttlJitter: 0, clock });
  const cached = cacheResponse({ cache, clock, staleWhileRevalidateMs: 60_000 });
  await cached(new Request(REQUEST), () => new Response('old'));
  await clock.advance(2_000);
  const { promise: given, resolve: give } = Promise.withResolvers<Response>();
  assert.equal(await (await cached(new Request(REQUEST), () => given)).text(), 'old');
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
  give(new Response(new ReadableStream({ pull: () => turn(), cancel })));
  await cancelled;
});

test('[CACHE-419] web: a cache inside another knows the request without its conditions', async () => {
  await using cache = createCache({ name: 'answers' });
  const cached = cacheResponse({ cache });
  const headers = { 'if-none-match': '"a"' };
  const nested = await cached(new Request(REQUEST, { headers }), (asked) => cached(asked, () => new Response('text')));
  assert.deepEqual([await nested.text(), cache.stats().joins], ['text', 0]); // It did not wait for itself.
});

test('[ADAPTER-6] hono: a session makes a request an authorised one, before the cache and behind it', async () => {
  for (const place of ['before', 'behind']) {
    await using cache = createCache({ name: 'answers' });
    let runs = 0;
    const app = new Hono<{ Variables: { session: object } }>();
    if (place === 'behind') app.use(cacheHono({ cache }));
    app.use(async (context, next) => {
      context.set('session', {});
      await next();
    });
    if (place === 'before') app.use(cacheHono({ cache }));
    app.get('/', (context) => context.text(`run ${++runs}`));
    for (const body of ['run 1', 'run 2']) assert.equal(await (await app.request('/')).text(), body);
  }
});

test('[ADAPTER-5] web: a handler is asked without the conditions of the client, and with everything else', async () => {
  await using cache = createCache({ name: 'answers' });
  const headers = {
    'if-none-match': '"a"',
    'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT',
    accept: 'text/plain',
  };
  let asked: Record<string, string> = {};
  await cacheResponse({ cache })(new Request(REQUEST, { headers }), (request) => {
    asked = Object.fromEntries(request.headers);
    return new Response('text');
  });
  assert.deepEqual(asked, { accept: 'text/plain' });
});

test('[ADAPTER-2] hono: middleware before the cache works on a stored answer as on a new one, and leaves nothing in it', async () => {
  await using cache = createCache({ name: 'answers' });
  let [visits, runs] = [0, 0];
  const app = new Hono();
  app.use(async (context, next) => {
    context.header('x-visit', String(++visits));
    await next();
    context.res = new Response((await context.res.text()).toUpperCase(), context.res);
  });
  app.get('/', cacheHono({ cache }), (context) => context.text(`run ${++runs}`));
  for (const visit of ['1', '2', '3']) {
    const response = await app.request('/');
    assert.deepEqual([await response.text(), response.headers.get('x-visit')], ['RUN 1', visit]);
  }
});
