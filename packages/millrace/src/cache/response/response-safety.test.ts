import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createCache, type HeaderValue, type Produced, type Reply, type ServiceRequest } from '../index.ts';
import { type Asked, produced, requestOf, shares } from './response.test.model.ts';
import { cacheResponse } from './response-cache.ts';

test('[CACHE-401] a GET with a body goes past the cache', async () => {
  for (const headers of [{ 'content-length': '2' }, { 'transfer-encoding': 'chunked' }] as Record<string, string>[])
    assert.equal(await shares({ shared: true }, { headers }, { headers }), false);
  const empty = { headers: { 'content-length': '0' } };
  assert.equal(await shares({}, empty, empty), true);
});

test('[CACHE-403] credentials in the query make a request an authorised one, listed or not, however they are written', async () => {
  for (const query of ['access_token=one', 'page=1&api_key=k', 'access%5Ftoken=one', 'page=1;Token=one', 'sid[0]=1']) {
    assert.equal(await shares({}, { query }, { query }), false, query);
    assert.equal(await shares({ vary: { query: ['page'] } }, { query }, { query }), false, query);
    assert.equal(await shares({ shared: true }, { query }, { query }), true, query);
  }
  assert.equal(await shares({ shared: true }, { query: 'token=one' }, { query: 'token=two' }), false);
  assert.equal(await shares({}, { query: 'page_token=one' }, { query: 'page_token=one' }), true);
});

test('[CACHE-403] whom a proxy has let in is somebody', async () => {
  for (const name of ['x-forwarded-user', 'x-amzn-oidc-data', 'cf-access-jwt-assertion', 'x-forwarded-client-cert']) {
    const asked = { headers: { [name]: 'ann' } };
    assert.equal(await shares({}, asked, asked), false, name);
  }
});

/** A request about which the handler finds something out. */
function learning(): ServiceRequest & { identity?: unknown } {
  return requestOf({}) as ServiceRequest & { identity?: unknown };
}

test('[CACHE-421] who becomes known behind the cache is answered alone', async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache });
  const ask = async (user: string): Promise<Reply> => {
    const request = learning();
    return responses.respond(request, {}, () => {
      request.identity = { user };
      return produced({}, user);
    });
  };
  const [own, other] = [await ask('ann'), await ask('bob')];
  for (const { response } of [own, other]) assert.equal(response, undefined); // Each handler's own answer.
});

test('[CACHE-421] who is another behind the cache than before it is answered alone, failures too', async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<{ user: string }>({ cache, vary: { user: ({ user }) => user } });
  let runs = 0;
  const ask = async (path: string, becomes: string, make: () => Produced): Promise<unknown> => {
    const source = { user: 'ann' };
    const produce = async (): Promise<Produced> => {
      runs++;
      await Promise.resolve();
      source.user = becomes;
      return make();
    };
    return responses.respond(requestOf({ path }), source, produce);
  };
  const failing = (): Produced => {
    throw new Error('no such thing for bob');
  };
  for (const make of [() => produced({}), () => produced({}, 'trouble of bob', 500), failing]) {
    runs = 0;
    await Promise.allSettled([ask('/1', 'bob', make), ask('/1', 'bob', make)]);
    assert.equal(runs, 2);
  }
  runs = 0;
  await Promise.all([ask('/2', 'ann', () => produced({})), ask('/2', 'ann', () => produced({}))]);
  assert.equal(runs, 1);
});

test("[CACHE-422] who adds to the headers of an answer adds to nobody else's", async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache });
  const links = ['</a>; rel=next'];
  const replies = [await responses.respond(requestOf({}), {}, () => produced({ link: links }))];
  links.push('</of-the-first>');
  for (let i = 0; i < 3; i++) {
    const reply = await responses.respond(requestOf({}), {}, () => assert.fail('it is stored'));
    assert.deepEqual(reply.response?.headers.get('link'), ['</a>; rel=next']);
    (reply.response!.headers.get('link') as string[]).push('</of-another>');
    replies.push(reply);
  }
  assert.equal(new Set(replies.map(({ response }) => response?.headers)).size, 4);
});

test("[CACHE-422] bytes that are changed after they were answered change nobody else's", async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache });
  const body = Uint8Array.of(0xff, 0x00, 0x01);
  await responses.respond(requestOf({}), {}, () => produced({}, body));
  body.fill(7);
  for (let i = 0; i < 2; i++) {
    const { response } = await responses.respond(requestOf({}), {}, () => assert.fail('it is stored'));
    assert.deepEqual(Buffer.from(response?.body as Uint8Array), Buffer.of(0xff, 0x00, 0x01));
    (response!.body as Uint8Array).fill(9);
  }
});

test('[CACHE-410] who waits for an answer from 500 up gets nothing of it that is the own of who asked', async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache, shared: true });
  const headers: Record<string, HeaderValue> = { 'x-outer': '1', 'x-request-id': 'r1', 'x-trouble': ['yes'] };
  const ask = async (): Promise<Reply> =>
    responses.respond(requestOf({}), {}, async () => {
      await Promise.resolve();
      return produced(headers, 'trouble', 503);
    });
  const [own, waited] = await Promise.all([ask(), ask()]);
  assert.equal(own.response, undefined);
  const { age, ...rest } = Object.fromEntries(waited.response?.headers ?? []);
  assert.deepEqual([waited.response?.status, waited.response?.body, rest], [503, 'trouble', { 'x-trouble': ['yes'] }]);
  assert.equal(age, '0');
});

test('[CACHE-404] an answer that clears what a client holds is not stored', async () => {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache });
  let runs = 0;
  for (let i = 0; i < 2; i++)
    await responses.respond(requestOf({}), {}, () => {
      runs++;
      return produced({ 'clear-site-data': '"cookies"' });
    });
  assert.equal(runs, 2);
});

test('[CACHE-412] tags that are no list of strings keep an answer from being stored', async () => {
  for (const tags of ['user:1', [1], undefined])
    assert.equal(await shares({ tags: () => tags as never }, {}, {}), false);
  assert.equal(await shares({ tags: () => ['user:1'] }, {}, {}), true);
});

test('[CACHE-414] path parameters of which one is not there, or after which something stands, do not count alone', async () => {
  const vary = { params: ['id'] };
  const at = (path: string, id: unknown, route = '/items/:id'): Asked => ({ path, route, params: { id } });
  assert.equal(await shares({ vary }, at('/items/1', '1'), at('/items/1/', '1')), true);
  assert.equal(await shares({ vary }, at('/items', undefined), at('/items/undefined', 'undefined')), false);
  assert.equal(await shares({ vary }, at('/items/1;page=1', '1'), at('/items/1;page=2', '1')), false);
  assert.equal(await shares({ vary }, at('/items/1#a', '1'), at('/items/1#b', '1')), false);
  const optional = '/items{/:id}';
  assert.equal(await shares({ vary }, at('/items/1', '1', optional), at('/items/1/', '1', optional)), false);
});

test('[CACHE-414] what chose the handler beside the address counts', async () => {
  assert.equal(await shares({}, { variant: '1.0.0' }, { variant: '2.0.0' }), false);
  assert.equal(await shares({}, { variant: '1.0.0' }, {}), false);
  assert.equal(await shares({}, { variant: '1.0.0' }, { variant: '1.0.0' }), true);
});

test('[CACHE-423] what is found and is no whole answer is nothing, and does not hinder the handler', async () => {
  const whole = { status: 200, headers: [['x-a', 'b']], body: 'old', binary: false, madeAt: 0 };
  const odd: unknown[] = [
    null,
    'text',
    { ...whole, headers: [['x-a']] },
    { ...whole, headers: ['x-a'] },
    { ...whole, headers: {} },
    { ...whole, binary: undefined },
    { ...whole, body: 7 },
    { ...whole, madeAt: 'now' },
  ];
  await using inner = createCache({ name: 'answers' });
  const answer = async (found: unknown): Promise<boolean> => {
    const cache = Object.create(inner, { getOrSet: { value: () => found }, get: { value: () => found } });
    const responses = cacheResponse<object>({ cache });
    assert.equal(
      (await responses.respond(requestOf({ method: 'HEAD' }), {}, () => produced({}))).response === undefined,
      found !== whole,
    );
    let isAsked = false;
    await responses.respond(requestOf({}), {}, () => {
      isAsked = true;
      return produced({});
    });
    return isAsked;
  };
  for (const found of odd) assert.equal(await answer(found), true, JSON.stringify(found));
  assert.equal(await answer(whole), false);
});
