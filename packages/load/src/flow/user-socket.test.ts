import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScenario } from './define-scenario.ts';
import { assertAsSchema, type FlowService, runFlows } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';
import { startSocketService } from './socket-service.test.ts';

async function runOnce(service: FlowService, run: (user: FlowUser) => Promise<void>) {
  const login = async () => ({ headers: { authorization: 'Bearer t' } });
  const flows = [{ name: 'flow', run }];
  const result = await runFlows(service, defineScenario({ name: 's', users: 1, login, flows }), 1, {
    timeoutMs: 3_000,
  });
  assert.deepEqual(result.flows?.flow?.reasons, []);
  return result;
}

test('[FLOW-38] [FLOW-30] [FLOW-31] a socket opens with session and cookies, and times its requests', async () => {
  await using service = await startSocketService((socket, headers) => {
    socket.send(`hello ${String(headers.authorization)} ${String(headers.cookie)}`);
    socket.on('message', (message, isBinary) => {
      socket.send('noise');
      socket.send(message, { binary: isBinary });
    });
  });
  const result = await runOnce(service, async (user) => {
    await user.get('/');
    const socket = await user.webSocket('/live', { name: 'live' });
    const echo = await socket.request('{"n":1}', {
      name: 'echo',
      matching: (one) => one.text() !== 'noise' && one.text() !== 'hello Bearer t sid=7',
    });
    assert.deepEqual([echo.json(), echo.isText, socket.isOpen], [{ n: 1 }, true, true]);
    assert.equal((await socket.receive()).text(), 'hello Bearer t sid=7');
    assert.equal((await socket.receive({ matching: (one) => one.text() === 'noise' })).text(), 'noise');
    socket.send(Uint8Array.of(1, 2));
    assert.deepEqual([...(await socket.receive({ matching: (one) => !one.isText })).bytes], [1, 2]);
    await socket.close();
    const closed = { code: 'MILLRACE_FLOW_SOCKET_CLOSED' };
    assert.throws(() => socket.send('late'), closed);
    await assert.rejects(socket.request('late'), closed);
    await assert.rejects(socket.receive({ matching: () => false }), closed);
  });
  assert.deepEqual([result.steps.live?.statuses, result.steps.echo?.ok], [{ 101: 1 }, 1]);
  assert.equal(result.steps.echo?.responseTimeUs.count, 1);
  assert.deepEqual([result.steps.echo?.statuses, result.steps.echo?.firstByteTimeUs.count], [{}, 1]);
  assert.ok((result.steps.live?.firstByteTimeUs.min ?? 0) > 0);
  await assertAsSchema(result);
  assert.equal(result.total.ok, 3);
});

test('[FLOW-30] an upgrade that is refused, or not answered, counts by its class', async () => {
  await using service = await startSocketService(() => {});
  const { steps } = await runOnce(service, async (user) => {
    await assert.rejects(user.webSocket('/no', { name: 'no' }), {
      code: 'MILLRACE_FLOW_SOCKET_CLOSED',
      message: /403/,
    });
    await assert.rejects(user.webSocket('/silent', { name: 'silent', timeoutMs: 40 }), {
      code: 'MILLRACE_FLOW_TIMEOUT',
    });
  });
  assert.deepEqual([steps.no?.errors, steps.silent?.errors], [{ status: 1 }, { timeout: 1 }]);
});

test('[FLOW-31] hard case 19: a reply that does not come, a masked frame and a lost connection', async () => {
  await using service = await startSocketService((socket) => {
    const raw = (socket as unknown as { _socket: NodeJS.WritableStream })._socket;
    socket.on('message', (message) => {
      if (String(message) === 'mask') raw.write(Buffer.from([0x81, 0x81, 1, 2, 3, 4, 0x40]));
      if (String(message) === 'end') socket.terminate();
    });
  });
  const { steps } = await runOnce(service, async (user) => {
    const quiet = await user.webSocket('/live');
    const timeout = { code: 'MILLRACE_FLOW_TIMEOUT' };
    await assert.rejects(quiet.request('x', { name: 'late', timeoutMs: 40, matching: () => true }), timeout);
    await assert.rejects(quiet.receive({ timeoutMs: 20 }), timeout);
    const closed = { code: 'MILLRACE_FLOW_SOCKET_CLOSED' };
    await assert.rejects(quiet.request('mask', { name: 'masked' }), { ...closed, message: /mask/ });
    const lost = await user.webSocket('/live');
    await assert.rejects(lost.request('end', { name: 'lost' }), closed);
  });
  assert.deepEqual(
    [steps.late?.errors, steps.masked?.errors, steps.lost?.errors],
    [{ timeout: 1 }, { protocol: 1 }, { reset: 1 }],
  );
});

test('[FLOW-31] a request that no message can be told to answer ends its socket with its timeout', async () => {
  await using service = await startSocketService((socket) => {
    socket.on('message', (message) => void setTimeout(() => socket.send(message), 150));
  });
  const { steps } = await runOnce(service, async (user) => {
    const socket = await user.webSocket('/live');
    const closed = { code: 'MILLRACE_FLOW_SOCKET_CLOSED' };
    await assert.rejects(socket.request('1', { name: 'first', timeoutMs: 30 }), { code: 'MILLRACE_FLOW_TIMEOUT' });
    await assert.rejects(socket.request('2', { name: 'second' }), closed);
  });
  assert.deepEqual([steps.first?.errors, steps.second?.errors], [{ timeout: 1 }, { reset: 1 }]);
  assert.deepEqual([steps.first?.sent, steps.second?.sent], [1, 0]);
});

test('[FLOW-31] what the flow itself gives up counts as nothing', async () => {
  await using service = await startSocketService(() => {});
  const { steps } = await runOnce(service, async (user) => {
    const socket = await user.webSocket('/live');
    const asked = socket.request('x', { name: 'given up' });
    await socket.close();
    await assert.rejects(asked, { code: 'MILLRACE_FLOW_SOCKET_CLOSED' });
  });
  assert.deepEqual([steps['given up']?.errors, steps['given up']?.ok], [{}, 0]);
});

test('[FLOW-37] a flow whose own code fails on a message hears of it, and nobody else', async () => {
  await using service = await startSocketService((socket) => {
    socket.on('message', () => socket.send('no JSON'));
  });
  const { steps } = await runOnce(service, async (user) => {
    const socket = await user.webSocket('/live');
    const matching = (one: { json(): unknown }): boolean => one.json() !== undefined;
    const bad = socket.receive({ matching });
    const timed = socket.request('x', { name: 'timed', matching });
    const good = socket.receive();
    await assert.rejects(bad, SyntaxError);
    await assert.rejects(timed, SyntaxError);
    assert.equal((await good).text(), 'no JSON');
    await assert.rejects(socket.receive({ timeoutMs: Number.NaN }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  });
  assert.deepEqual(steps.timed?.errors, { check: 1 });
});

test('[FLOW-32] what nobody takes is kept up to the bound', async () => {
  await using service = await startSocketService((socket) => {
    for (let index = 0; index < 10; index++) socket.send(String(index));
    socket.on('message', () => socket.send('last'));
  });
  const { remarks } = await runOnce(service, async (user) => {
    const socket = await user.webSocket('/live', { maxInbox: 3 });
    await socket.request('?', { matching: (one) => one.text() === 'last' });
    assert.deepEqual([socket.dropped, (await socket.receive()).text()], [7, '7']);
  });
  assert.deepEqual(remarks, [{ code: 'unread', values: { count: 7 } }]);
});

test('[FLOW-34] what a flow leaves open is closed with it', async () => {
  const closed = Promise.withResolvers<number>();
  await using service = await startSocketService((socket) => void socket.on('close', (code) => closed.resolve(code)));
  await runOnce(service, async (user) => void (await user.webSocket('/live')));
  assert.equal(await closed.promise, 1000);
});

test('[FLOW-34] [FLOW-7] an interrupted run lets go of sockets that wait', async () => {
  await using service = await startSocketService(() => {});
  const stop = new AbortController();
  const run = async (user: FlowUser): Promise<void> => {
    const socket = await user.webSocket('/live');
    stop.abort();
    await socket.receive({ timeoutMs: 60_000 });
  };
  const scenario = defineScenario({ name: 's', users: 1, flows: [{ name: 'flow', run }] });
  const result = await runFlows(service, scenario, 100, { signal: stop.signal });
  assert.deepEqual([result.interrupted, result.flows?.flow?.interrupted], [true, result.flows?.flow?.planned]);
  assert.ok(result.drainMs < 900, `${result.drainMs}`);
});

test('[FLOW-39] [FLOW-34] a socket opens after the login, and what the login opened is closed with the flow', async () => {
  const upgrades: unknown[] = [];
  const closed = Promise.withResolvers<void>();
  await using service = await startSocketService((socket, { authorization }) => {
    upgrades.push(authorization);
    if (upgrades.length === 1) socket.on('close', () => closed.resolve());
  });
  const scenario = defineScenario({
    name: 's',
    users: 1,
    async login(user) {
      await user.webSocket('/live');
      return { headers: { authorization: 'Bearer t' } };
    },
    flows: [
      {
        name: 'flow',
        async run(user) {
          user.forget();
          await user.webSocket('/live');
        },
      },
    ],
  });
  const { flows } = await runFlows(service, scenario, 1);
  assert.deepEqual(flows?.flow?.reasons, []);
  assert.deepEqual(upgrades, [undefined, undefined, 'Bearer t']);
  await closed.promise;
});
