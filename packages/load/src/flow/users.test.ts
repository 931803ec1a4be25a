import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedList } from '../feeder/index.ts';
import { defineScenario } from './define-scenario.ts';
import { runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';

test('[FLOW-10] setup runs once, before all, unmeasured, and its gift reaches every user', async () => {
  await using service = await startFlowService((_seen, response) => void response.end('7'));
  const scenario = defineScenario({
    name: 'shop',
    users: 3,
    async setup({ http, random }) {
      return { item: Number((await http.post('/seed')).text()), seed: random.int(100) };
    },
    createUser: (index, _random, shared) => ({ id: index * shared.item }),
    flows: [{ name: 'flow', run: async (user) => void (await user.get(`/${user.shared.item}/${user.state.id}`)) }],
  });
  const { total, steps } = await runFlows(service, scenario, 6);
  assert.equal(total.ok, 6);
  assert.equal(steps['POST /seed'], undefined);
  const [first, ...rest] = service.seen.map(({ url }) => url);
  assert.equal(first, '/seed');
  // Who is answered late does less of the rest.
  assert.equal(rest.length, 6);
  assert.deepEqual([...new Set(rest)].toSorted(), ['/7/0', '/7/14', '/7/7']);
});

test('[FLOW-10] nothing is run when setup fails', async () => {
  await using service = await startFlowService((_seen, response) => void response.writeHead(500).end());
  const scenario = defineScenario({
    name: 'shop',
    users: 1,
    setup: async ({ http }) => (await http.get('/seed')).status,
    flows: [{ name: 'flow', run: async (user) => void (await user.get('/')) }],
  });
  await assert.rejects(runFlows(service, scenario, 1), {
    code: 'MILLRACE_FLOW_SETUP_FAILED',
    message: 'the setup of scenario shop failed: GET /seed: answered 500',
  });
  assert.equal(service.seen.length, 1);
});

test('[FLOW-10] an interruption does not wait for setup', async () => {
  await using service = await startFlowService((_seen, response) => void response.writeHead(500).end());
  const scenarioFor = (stop: AbortController) =>
    defineScenario({
      name: 'shop',
      users: 1,
      async setup({ http }) {
        for (;;) {
          stop.abort();
          await http.get('/ready').catch(() => {});
        }
      },
      flows: [{ name: 'flow', run: async (user) => void (await user.get('/')) }],
    });
  const failed = { code: 'MILLRACE_FLOW_SETUP_FAILED', message: /the run has ended/ };
  const during = new AbortController();
  await assert.rejects(runFlows(service, scenarioFor(during), 1, { signal: during.signal }), failed);
  const seen = service.seen.length;
  const before = new AbortController();
  before.abort();
  await assert.rejects(runFlows(service, scenarioFor(before), 1, { signal: before.signal }), failed);
  assert.equal(service.seen.length, seen);
});

test('[FLOW-11] a user logs in once, with its own row, and again when the session is over', async () => {
  await using service = await startFlowService(({ url }, response) => {
    response.end(url === '/login' ? `{"token":"t${service.seen.length}"}` : '');
  });
  const accounts = feedList([{ name: 'ada' }, { name: 'bo' }], { strategy: 'unique' });
  const scenarioFor = (expiresInMs?: number) =>
    defineScenario({
      name: 'session',
      users: 2,
      data: { accounts },
      createUser: () => ({ account: undefined as string | undefined }),
      async login(user) {
        user.state.account ??= user.next('accounts').name;
        const { token } = (await user.post('/login', { json: user.state.account })).json<{ token: string }>();
        return { headers: { authorization: token }, ...(expiresInMs && { expiresInMs }) };
      },
      flows: [{ name: 'flow', run: async (user) => void (await Promise.all([user.get('/a'), user.get('/b')])) }],
    });
  const lasting = await runFlows(service, scenarioFor(), 6);
  assert.equal(lasting.steps['POST /login']?.ok, 2);
  assert.deepEqual(lasting.flows?.flow?.reasons, []);
  const logins = service.seen.filter(({ url }) => url === '/login');
  assert.deepEqual(logins.map(({ body }) => body).toSorted(), ['"ada"', '"bo"']);
  for (const { headers } of service.seen.filter(({ url }) => url !== '/login')) {
    assert.match(headers.authorization ?? '', /^t\d$/);
  }
  const short = await runFlows(service, scenarioFor(1), 6);
  assert.equal(short.flows?.flow?.ok, 6);
  assert.ok((short.steps['POST /login']?.ok ?? 0) >= 6);
});

test('[FLOW-12] an answer that says so renews the session once, and a second one is an error', async () => {
  let valid = 0;
  await using service = await startFlowService(({ url, headers }, response) => {
    if (url === '/login') response.end(String(++valid));
    else if (url !== '/never' && headers.authorization === String(valid)) response.end('in');
    else response.writeHead(401).end();
  });
  const login = async (user: FlowUser) => ({ headers: { authorization: (await user.post('/login')).text() } });
  const run = async (user: FlowUser): Promise<void> => {
    assert.equal((await user.get('/a')).text(), 'in');
    valid++;
    const both = await Promise.all([user.get('/a'), user.get('/b')]);
    assert.deepEqual(
      both.map((answer) => answer.text()),
      ['in', 'in'],
    );
    await assert.rejects(user.get('/never'), { code: 'MILLRACE_FLOW_STATUS_UNEXPECTED' });
  };
  const scenario = defineScenario({ name: 's', users: 1, login, refreshOn: [401], flows: [{ name: 'flow', run }] });
  const { steps, flows } = await runFlows(service, scenario, 1);
  assert.deepEqual(flows?.flow?.reasons, []);
  assert.equal(steps['POST /login']?.ok, 3);
  assert.deepEqual([steps['GET /a']?.statuses, steps['GET /a']?.errors], [{ 200: 2, 401: 1 }, {}]);
  assert.deepEqual([steps['GET /never']?.statuses, steps['GET /never']?.errors], [{ 401: 2 }, { status: 1 }]);
});

test('[FLOW-11] a login that fails, fails the flow by its reason', async () => {
  await using service = await startFlowService((_seen, response) => void response.writeHead(403).end());
  const login = async (user: FlowUser) => ({ headers: { a: (await user.post('/login')).text() } });
  const flows = [{ name: 'flow', run: async (user: FlowUser) => void (await user.get('/')) }];
  const result = await runFlows(service, defineScenario({ name: 's', users: 1, login, flows }), 2);
  assert.deepEqual(result.flows?.flow?.reasons, [{ reason: 'POST /login: answered 403', count: 2 }]);
  assert.equal(
    service.seen.every(({ url }) => url === '/login'),
    true,
  );
});

test('[FLOW-14] checks are counted by name and fail nothing; groups are timed with what is in them', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const run = async (user: FlowUser): Promise<void> => {
    assert.equal(user.check('never', false), false);
    const value = await user.group('outer', () => user.group('inner', async () => (await user.get('/')).status));
    assert.equal(user.check('is 200', value === 200), true);
    await assert.rejects(
      user.group('bad', () => Promise.reject(new Error('x'))),
      /x/,
    );
  };
  const result = await runFlows(service, defineScenario({ name: 's', users: 2, flows: [{ name: 'flow', run }] }), 4);
  assert.deepEqual(result.checks, [
    { name: 'never', passed: 0, failed: 4 },
    { name: 'is 200', passed: 4, failed: 0 },
  ]);
  const { outer, inner, bad } = result.groups ?? {};
  assert.deepEqual([outer?.ok, inner?.ok, bad?.failed, result.flows?.flow?.ok], [4, 4, 4, 4]);
});

test('[FLOW-6] a feeder without a row for the user ends its flow and says so', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const data = { rows: feedList([1, 2, 3], { strategy: 'unique' }) };
  const flows = [{ name: 'flow', run: async (user: FlowUser<typeof data>) => void user.next('rows') }];
  const result = await runFlows(service, defineScenario({ name: 's', users: 1, data, flows }), 5);
  assert.deepEqual([result.flows?.flow?.ok, result.flows?.flow?.failed], [3, 2]);
  assert.match(result.flows?.flow?.reasons[0]?.reason ?? '', /^a list has no row left for user 0/);
});

test('[FLOW-12] a redirect to the login page renews the session, also where redirects are followed', async () => {
  await using service = await startFlowService(({ headers }, response) => {
    if (headers.authorization === 't2') response.end();
    else response.writeHead(302, { location: '/login-page' }).end();
  });
  let logins = 0;
  const scenario = defineScenario({
    name: 'session',
    users: 1,
    maxRedirects: 3,
    refreshOn: [302],
    login: async () => ({ headers: { authorization: `t${++logins}` } }),
    flows: [{ name: 'flow', run: async (user) => void (await user.get('/a')) }],
  });
  const { flows } = await runFlows(service, scenario, 1);
  assert.deepEqual([flows?.flow?.reasons, logins], [[], 2]);
  assert.deepEqual(
    service.seen.map(({ url }) => url),
    ['/a', '/a'],
  );
});

test('[FLOW-24] a hop that is sent again after a login stays in the row of its hop', async () => {
  await using service = await startFlowService(({ url, headers }, response) => {
    if (url === '/a') response.writeHead(302, { location: '/b' }).end();
    else response.writeHead(headers.authorization === 't2' ? 200 : 401).end();
  });
  let logins = 0;
  const scenario = defineScenario({
    ...{ name: 'session', users: 1, maxRedirects: 3, refreshOn: [401] },
    login: async () => ({ headers: { authorization: `t${++logins}` } }),
    flows: [{ name: 'flow', run: async (user) => void (await user.get('/a', { name: 'a' })) }],
  });
  const { steps } = await runFlows(service, scenario, 1);
  assert.deepEqual([steps.a?.statuses, steps['a (redirect)']?.statuses], [{ 302: 1 }, { 200: 1, 401: 1 }]);
});
