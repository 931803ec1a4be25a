import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { cacheRespond } from '../../signals/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import { type CacheResponseOptions, createCache, type Produced } from '../index.ts';
import { type Asked, produced, requestOf, shares } from './response.test.model.ts';
import { cacheResponse } from './response-cache.ts';

test('[CACHE-414] with path parameters listed, only these count, where the route names them all', async () => {
  const params = ['id'];
  const at = (path: string, route: string | undefined, given: Record<string, string> | undefined): Asked => ({
    path,
    route,
    params: given,
  });
  const slug = '/items/:id/:slug';
  const one = at('/items/1/old-name', slug, { id: '1', slug: 'old-name' });
  assert.equal(
    await shares({ vary: { params } }, one, at('/items/1/new-name', slug, { id: '1', slug: 'new-name' })),
    true,
  );
  assert.equal(
    await shares({ vary: { params } }, one, at('/items/2/old-name', slug, { id: '2', slug: 'old-name' })),
    false,
  );
  assert.equal(await shares({}, one, at('/items/1/new-name', slug, { id: '1', slug: 'new-name' })), false);
  for (const route of [undefined, '*', '/items/*', '/items/:other', '/items/:id/*rest', '/items/:id(\\d+)']) {
    const [a, b] = ['/items/1/a', '/items/1/b'].map((path) => at(path, route, { id: '1' }));
    assert.equal(await shares({ vary: { params } }, a!, b!), false, String(route));
  }
});

test('[CACHE-414] hosts and schemes never share, nor do listed headers that differ, are empty, or are not there', async () => {
  const vary = { headers: ['x-a', 'x-b'] };
  const header = (headers: Record<string, string>): Asked => ({ headers });
  assert.equal(await shares({}, {}, { origin: 'https://other.example' }), false);
  assert.equal(await shares({}, {}, { origin: 'http://shop.example' }), false);
  assert.equal(await shares({ vary }, header({ 'x-a': '1' }), header({ 'x-a': '2' })), false);
  assert.equal(await shares({ vary }, header({ 'x-a': '' }), header({})), false);
  assert.equal(await shares({ vary }, header({ 'x-a': '1' }), header({ 'x-b': '1' })), false);
  assert.equal(await shares({ vary }, header({ 'x-a': '1', 'x-c': '1' }), header({ 'x-a': '1', 'x-c': '2' })), true);
});

test('[CACHE-403] only a string or a number is an id; whatever else, nobody is', async () => {
  for (const id of [undefined, null, '', Number.NaN, {}, Promise.resolve('ann'), true, () => 'ann'])
    assert.equal(await shares({ vary: { user: () => id as never } }, {}, {}), false);
  const failing = (): string => {
    throw new TypeError('there is no session');
  };
  assert.equal(await shares({ vary: { user: failing } }, {}, {}), false);
  let asked = 0;
  const changing = (): string | number => (asked++ < 2 ? '1' : 1); // Asked before the handler and after it.
  assert.equal(await shares({ vary: { user: changing } }, {}, {}), false);
  assert.equal(await shares({ vary: { user: () => 'ann' } }, {}, {}), true);
});

test('[CACHE-415] what belongs to one request or one connection is not stored', async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache });
  const kept = { 'content-type': 'text/plain', 'x-note': 'kept', 'x-outer': '2' };
  const left = [
    'x-request-id',
    'x-correlation-id',
    'traceparent',
    'server-timing',
    'ratelimit-remaining',
    'x-ratelimit-limit',
    'connection',
    'transfer-encoding',
  ];
  const headers = { ...kept, ...Object.fromEntries(left.map((name) => [name, 'x'])) };
  const own = await responses.respond(requestOf({}), {}, () => produced(headers));
  assert.equal(own.response?.headers.get('x-request-id'), 'x');
  const hit = await responses.respond(requestOf({}), {}, () => assert.fail('it is stored'));
  const { age, etag, ...rest } = Object.fromEntries(hit.response?.headers ?? []);
  assert.deepEqual(rest, kept);
  assert.deepEqual([age, typeof etag], ['0', 'string']);

  const outer = await responses.respond(requestOf({ path: '/2' }), {}, () =>
    produced({ 'x-outer': '1', 'x-note': 'a' }),
  );
  assert.equal(outer.response?.headers.get('x-outer'), '1');
  const second = await responses.respond(requestOf({ path: '/2' }), {}, () => assert.fail('it is stored'));
  assert.equal(second.response?.headers.has('x-outer'), false);
});

test('[CACHE-415] an answer that was old when it came is older when it goes', async () => {
  const clock = createFakeClock();
  await using cache = createCache({ name: 'answers', clock });
  const responses = cacheResponse<object>({ cache, clock });
  await responses.respond(requestOf({}), {}, () => produced({ age: '100' }));
  await clock.advance(5_000);
  const hit = await responses.respond(requestOf({}), {}, () => assert.fail('it is stored'));
  assert.equal(hit.response?.headers.get('age'), '105');
  clock.jumpWall(-3_600_000);
  const back = await responses.respond(requestOf({}), {}, () => assert.fail('it is stored'));
  assert.equal(back.response?.headers.get('age'), '0');
});

test('[CACHE-416] each request says what became of it and why, as a signal and, when wanted, as Cache-Status', async () => {
  await using cache = createCache({ name: 'watched', ttlMs: 1_000 });
  const responses = cacheResponse<object>({ cache, prefix: 'items', cacheStatus: 'millrace' });
  const said: string[] = [];
  const stop = cacheRespond.subscribe(({ name, prefix, outcome, reason }) =>
    said.push(`${name} ${prefix} ${outcome} ${reason}`),
  );
  const statuses: (string | undefined)[] = [];
  const ask = async (asked: Asked, made: Produced): Promise<void> => {
    const { response, cacheStatus } = await responses.respond(requestOf(asked), {}, () => made);
    const given = response?.headers.get('cache-status');
    assert.ok(response === undefined || given === cacheStatus);
    statuses.push(cacheStatus);
  };
  await ask({}, produced({}));
  await ask({}, produced({}));
  await ask({ headers: { cookie: 'a=1' } }, produced({}));
  await ask({ path: '/2' }, produced({ 'set-cookie': 'a=1' }));
  await ask({ path: '/3' }, produced({ vary: 'Accept' }));
  await ask({ path: '/4' }, { response: undefined, before: new Map() });
  await ask({ path: '/5' }, produced({}, 'text', 502));
  stop();
  assert.deepEqual(said, [
    'watched items stored ',
    'watched items hit ',
    'watched items bypassed authorised',
    'watched items passed set-cookie',
    'watched items passed vary',
    'watched items passed streamed',
    'watched items failed ',
  ]);
  assert.deepEqual(statuses, [
    'millrace; fwd=miss; stored',
    'millrace; hit',
    'millrace; fwd=bypass; detail=authorised',
    'millrace; fwd=miss; detail=set-cookie',
    'millrace; fwd=miss; detail=vary',
    'millrace; fwd=miss; detail=streamed',
    'millrace; fwd=miss',
  ]);
});

test('[CACHE-410] an error that says the request was wrong is given to nobody else', async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache });
  const errors = [404, 500].map((statusCode) => Object.assign(new Error('no'), { statusCode }));
  for (const [at, error] of errors.entries()) {
    let runs = 0;
    const asked = Array.from({ length: 3 }, async () =>
      responses.respond(requestOf({ path: `/${at}` }), {}, async () => {
        runs++;
        await Promise.resolve();
        throw error;
      }),
    );
    for (const { status } of await Promise.allSettled(asked)) assert.equal(status, 'rejected');
    assert.equal(runs, error.statusCode === 404 ? 3 : 1);
  }
});

test('[CACHE-409] a cache that asks for one load again gets what the handler made, for a request has one handler to run', async () => {
  await using inner = createCache({ name: 'answers' });
  const getOrSet = async (_: unknown, load: (context: unknown) => Promise<unknown>): Promise<unknown> => {
    await load({ store: () => {} });
    return load({ store: () => {} });
  };
  const responses = cacheResponse<object>({ cache: Object.create(inner, { getOrSet: { value: getOrSet } }) });
  let runs = 0;
  await responses.respond(requestOf({}), {}, () => {
    runs++;
    return produced({});
  });
  assert.equal(runs, 1);
});

test('[CACHE-412] an answer whose tags cannot be told is not stored', async () => {
  const tags = (): string[] => {
    throw new TypeError('there is no id');
  };
  assert.equal(await shares({ tags }, {}, {}), false);
});

test('[CACHE-418] options that contradict each other, are out of range or unknown are refused', async () => {
  await using cache = createCache({ name: 'answers' });
  const wrong: Partial<CacheResponseOptions<object>>[] = [
    { shared: true, vary: { user: () => 'ann' } },
    { statuses: [200, 206] },
    { statuses: [304] },
    { statuses: [500] },
    { ttlMs: -1 },
    { negativeTtlMs: Number.NaN },
    { staleIfErrorMs: -1 },
    { staleWhileRevalidateMs: Infinity },
    { maxBodyBytes: 1.5 },
    { prefix: '' },
    { cacheStatus: 'a b' },
    { cacheStatus: 'a\r\nx: y' },
  ];
  for (const options of wrong)
    assert.throws(
      () => cacheResponse({ cache, ...options }),
      { code: 'MILLRACE_CACHE_OPTION_INVALID' },
      JSON.stringify(options),
    );
  const unknown = [{ ttl: 5 }, { vary: { header: ['accept'] } }] as object[];
  for (const options of unknown)
    assert.throws(() => cacheResponse({ cache, ...options }), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

test('[CACHE-419] a cache inside another lets its request through and waits for nobody', async () => {
  await using cache = createCache({ name: 'answers' });
  const [outer, inner] = [cacheResponse<object>({ cache }), cacheResponse<object>({ cache })];
  const source = {};
  let runs = 0;
  const produceInner = (): Produced => {
    runs++;
    return produced({});
  };
  const { response } = await outer.respond(requestOf({}), source, async () => {
    const reply = await inner.respond(requestOf({}), source, produceInner);
    assert.equal(reply.response, undefined);
    return produceInner();
  });
  assert.deepEqual([response?.status, runs], [200, 1]);
});

test('[CACHE-420] a key holds no credential and is never long, and what is stored is plain data', async () => {
  const kept: unknown[] = [];
  const keys: string[] = [];
  await using inner = createCache({ name: 'answers' });
  const cache = Object.create(inner, {
    getOrSet: {
      value: async (key: string[], load: (context: unknown) => Promise<unknown>) => {
        keys.push(JSON.stringify(key));
        kept.push(await load({ store: () => {} }));
        return kept.at(-1);
      },
    },
  });
  const responses = cacheResponse<object>({ cache, shared: true, vary: { headers: ['authorization'] } });
  const headers = { authorization: 'Bearer top-secret' };
  await responses.respond(requestOf({ headers }), {}, () => produced({}, Uint8Array.of(0xff, 0x00)));
  await responses.respond(requestOf({ headers, query: 'q='.padEnd(8_000, 'x') }), {}, () => produced({}, null));
  for (const key of keys) assert.ok(!key.includes('top-secret') && key.length < 700, key);
  assert.deepEqual(JSON.parse(JSON.stringify(kept)), kept);
});
