import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { defineScenario } from './define-scenario.ts';
import { type FlowService, runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';

/** Runs one flow once and gives the result. */
async function once(service: FlowService, run: (user: FlowUser) => Promise<void>, more: object = {}) {
  const scenario = defineScenario({ name: 'one', users: 1, flows: [{ name: 'flow', run }], ...more });
  const result = await runFlows(service, scenario, 1, { timeoutMs: 2_000 });
  assert.deepEqual(result.flows?.flow?.reasons, []);
  return result;
}

test('[FLOW-20] rows are named by the flow, or by method and path without the query', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const { steps, total } = await once(service, async (user) => {
    await user.get('/items?page=2');
    await user.put('/items/7', { name: 'put item' });
    for (let index = 0; index < 120; index++) await user.head(`/many/${index}`);
  });
  assert.equal(steps['GET /items']?.ok, 1);
  assert.equal(steps['put item']?.ok, 1);
  assert.equal(Object.keys(steps).length, 101);
  assert.equal(steps['other names']?.ok, 22);
  assert.equal(total.ok, 122);
});

test('[FLOW-21] failures reject by their code and count by their class', async () => {
  await using service = await startFlowService(({ url }, response) => {
    if (url === '/reset') response.socket?.destroy();
    else if (url !== '/silent') response.writeHead(404).end('gone');
  });
  const result = await once(service, async (user) => {
    await assert.rejects(user.post('/reset', { name: 'reset' }), {
      code: 'MILLRACE_FLOW_REQUEST_FAILED',
      message: /^reset: reset/,
    });
    await assert.rejects(user.get('/silent', { name: 'silent', timeoutMs: 50 }), { message: /^silent: timeout/ });
    await assert.rejects(user.get('/x', { name: 'missing' }), {
      code: 'MILLRACE_FLOW_STATUS_UNEXPECTED',
      message: 'missing: answered 404',
    });
    assert.equal((await user.get('/x', { name: 'known', expect: [404] })).status, 404);
    assert.equal((await user.get('/x', { name: 'any', expect: 'any' })).ok, false);
  });
  assert.deepEqual(result.steps.reset?.errors, { reset: 1 });
  assert.deepEqual(result.steps.silent?.errors, { timeout: 1 });
  assert.deepEqual(result.steps.missing?.errors, { status: 1 });
  assert.deepEqual([result.steps.known?.ok, result.steps.any?.ok], [1, 1]);
});

test('[FLOW-22] bodies as strings, bytes, JSON and forms', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  await once(service, async (user) => {
    await user.post('/a', { body: 'grün' });
    await user.put('/a', { body: Uint8Array.of(0, 255, 13, 10) });
    await user.patch('/a', { json: { a: 1 } });
    await user.post('/a', { form: { a: '1 2', b: 'ü' }, headers: { 'x-a': 'b' } });
    await user.request('DELETE', '/a');
    await user.delete('/a');
    await user.put('/a', {
      body: {
        open: async function* () {
          yield Buffer.from('in ');
          yield Buffer.from('pieces');
        },
      },
    });
  });
  assert.deepEqual(
    service.seen.map(({ method, headers, body }) => [method, headers['content-type'], body]),
    [
      ['POST', undefined, Buffer.from('grün').toString('latin1')],
      ['PUT', undefined, '\0\xff\r\n'],
      ['PATCH', 'application/json', '{"a":1}'],
      ['POST', 'application/x-www-form-urlencoded', 'a=1+2&b=%C3%BC'],
      ['DELETE', undefined, ''],
      ['DELETE', undefined, ''],
      ['PUT', undefined, 'in pieces'],
    ],
  );
  assert.equal(service.seen[3]?.headers['x-a'], 'b');
});

test('[FLOW-23] answers are read as what they are', async () => {
  await using service = await startFlowService(({ url }, response) => {
    response.setHeader('x-cursor', 'c7');
    if (url === '/big') response.end('x'.repeat(1_048_577));
    else response.end(url === '/json' ? '{"token":"t\u00fc"}' : 'csrf="a1" and more');
  });
  await once(service, async (user) => {
    const answer = await user.get('/json', { name: 'json' });
    assert.deepEqual(answer.json(), { token: 'tü' });
    assert.equal(answer.headers['x-cursor'], 'c7');
    assert.equal(answer.bytes().length, 15);
    assert.ok(answer.serviceMs > 0);
    assert.throws(() => answer.extract(/csrf/), { code: 'MILLRACE_FLOW_ANSWER_INVALID', message: /^json: nothing/ });
    const page = await user.get('/page');
    assert.deepEqual([page.extract(/csrf="(\w+)"/), page.extract(/and \w+/)], ['a1', 'and more']);
    assert.throws(() => page.json(), { code: 'MILLRACE_FLOW_ANSWER_INVALID' });
    const big = await user.get('/big');
    assert.equal(big.bodyBytes, 1_048_577);
    assert.throws(() => big.text(), { code: 'MILLRACE_FLOW_BODY_TOO_LARGE' });
    assert.equal((await user.get('/page', { keepBody: false })).text(), '');
  });
});

test('[FLOW-26] cookies and redirects count without a kept body, and a redirect to nowhere is what `expect` says', async () => {
  await using service = await startFlowService(({ url }, response) => {
    if (url === '/go') response.writeHead(302, { location: '/end', 'set-cookie': 'sid=1' }).end('moved');
    else if (url === '/nowhere') response.writeHead(302).end();
    else response.end('there');
  });
  const { steps } = await once(service, async (user) => {
    const options = { keepBody: false, maxRedirects: 1 };
    const answer = await user.get('/go', options);
    assert.deepEqual([answer.status, answer.bodyBytes, answer.text(), user.cookie('sid')], [200, 5, '', '1']);
    const unexpected = { code: 'MILLRACE_FLOW_STATUS_UNEXPECTED' };
    await assert.rejects(user.get('/nowhere', { maxRedirects: 1, expect: [200] }), unexpected);
  });
  assert.deepEqual([steps['GET /nowhere']?.errors, service.seen[1]?.headers.cookie], [{ status: 1 }, 'sid=1']);
});

test('[FLOW-27] a header field goes out once, however its name is written', async () => {
  await using service = await startFlowService((_seen, response) => {
    response.setHeader('set-cookie', 'sid=1').end();
  });
  await once(service, async (user) => {
    await user.post('/', { json: 1, headers: { 'Content-Type': 'application/problem+json' } });
    await user.get('/', { headers: { Cookie: 'own=1' } });
  });
  const seen = service.seen.map(({ headers }) => headers['content-type'] ?? headers.cookie);
  assert.deepEqual(seen, ['application/problem+json', 'own=1']);
});

test('[FLOW-28] bodies that were decoded count by their decoded length', async () => {
  await using service = await startFlowService((_seen, response) => {
    response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1_000)));
  });
  const { steps } = await once(service, async (user) => {
    const answer = await user.get('/', { name: 'coded' });
    assert.equal(answer.text().length + answer.bytes().length, 2_000);
  });
  assert.equal(steps.coded?.decodedBytes, 1_000);
});

test('[FLOW-25] one user cannot have requests without bound under way', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  await once(service, async (user) => {
    const calls = Array.from({ length: 256 }, () => user.get('/'));
    await assert.rejects(user.get('/'), { code: 'MILLRACE_FLOW_TOO_MANY_CALLS' });
    assert.equal((await Promise.all(calls)).length, 256);
    await user.get('/');
  });
});

test('[FLOW-24] hard case 12: redirects are off, then followed by the rules, within the target and the bound', async () => {
  await using service = await startFlowService(({ url }, response) => {
    const [, status, to] = /^\/(30\d)\?to=(.*)$/.exec(url) ?? [];
    if (status === undefined) response.end('there');
    else response.writeHead(Number(status), { location: decodeURIComponent(to as string) }).end();
  });
  const to = (status: number, place: string): string => `/${status}?to=${encodeURIComponent(place)}`;
  const result = await once(service, async (user) => {
    assert.equal((await user.get(to(302, '/end'))).status, 302);
    const options = { maxRedirects: 2, name: 'hop', headers: { authorization: 'secret', 'content-language': 'en' } };
    const post = { ...options, body: 'data' };
    for (const status of [301, 302, 303, 307, 308]) {
      assert.equal((await user.post(to(status, `/end${status}`), post)).text(), 'there');
    }
    assert.equal((await user.head(to(303, '/head'), options)).status, 200);
    assert.equal((await user.get(to(302, to(302, '/two')), options)).text(), 'there');
    const refused = { code: 'MILLRACE_FLOW_REDIRECT_REFUSED' };
    const loop = to(302, to(302, to(302, '/three')));
    await assert.rejects(user.get(loop, options), { ...refused, message: /past 2 redirects/ });
    await assert.rejects(user.get(to(307, 'http://127.0.0.2:1/x'), options), { ...refused, message: /another origin/ });
  });
  const ends = service.seen.filter(({ url }) => !url.startsWith('/30'));
  assert.deepEqual(
    ends.map(({ method, url, body, headers }) => [
      method,
      url,
      body,
      headers['content-language'],
      headers.authorization,
    ]),
    [
      ['GET', '/end301', '', undefined, 'secret'],
      ['GET', '/end302', '', undefined, 'secret'],
      ['GET', '/end303', '', undefined, 'secret'],
      ['POST', '/end307', 'data', 'en', 'secret'],
      ['POST', '/end308', 'data', 'en', 'secret'],
      ['HEAD', '/head', '', 'en', 'secret'],
      ['GET', '/two', '', 'en', 'secret'],
    ],
  );
  assert.deepEqual(result.steps.hop?.statuses, { 301: 1, 302: 3, 303: 2, 307: 2, 308: 1 });
  assert.deepEqual(result.steps['hop (redirect)']?.statuses, { 200: 7, 302: 3 });
});

test('[FLOW-13] hard case 13: cookies are kept per user by path, expiry and Secure, or not at all', async () => {
  await using service = await startFlowService(({ url }, response) => {
    const user = /user=(\d)/.exec(url)?.[1];
    const cookies = [`id=${user}; Path=/`, 'deep=1; Path=/a', 'old=1; Max-Age=0', 'safe=1; Secure; Domain=other.test'];
    if (url.startsWith('/set')) response.setHeader('set-cookie', cookies);
    response.end();
  });
  const run = async (user: FlowUser): Promise<void> => {
    await user.get(`/set?user=${user.index}`);
    await user.get(`/a/b?as=${user.index}`);
    await user.get(`/b?as=${user.index}`);
    assert.equal(user.cookie('id'), user.index < 2 ? String(user.index) : undefined);
    user.forget();
    await user.get(`/b?gone=${user.index}`);
    assert.equal(user.cookie('id'), undefined);
  };
  const scenario = { name: 'cookies', users: 2, flows: [{ name: 'flow', run }] };
  const result = await runFlows(service, defineScenario(scenario), 2);
  assert.deepEqual([result.flows?.flow?.ok, result.flows?.flow?.reasons], [2, []]);
  const sent = (part: string): (string | undefined)[] =>
    service.seen.filter(({ url }) => url.includes(part)).map(({ headers }) => headers.cookie);
  assert.deepEqual(
    ['/a/b?as=0', '/a/b?as=1', '/b?as=0&', '/b?gone=0'].flatMap((url) => sent(url.replace('&', ''))).slice(0, 2),
    ['deep=1; id=0', 'deep=1; id=1'],
  );
  assert.deepEqual(
    service.seen.filter(({ url }) => url === '/b?as=1').map(({ headers }) => headers.cookie),
    ['id=1'],
  );
  assert.deepEqual(sent('gone'), [undefined, undefined]);

  service.seen.length = 0;
  const off = defineScenario({
    ...scenario,
    cookies: false,
    flows: [
      {
        name: 'flow',
        async run(user: FlowUser) {
          await user.get('/set?user=0');
          await user.get('/b');
        },
      },
    ],
  });
  await runFlows(service, off, 1);
  assert.deepEqual(sent('/b'), [undefined]);
});
