import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestSpec } from '../scenario/index.ts';
import { openPool } from './pool-client.test.ts';
import { respond, type ScriptedRequest, startScripted } from './scripted-server.test.ts';

const GET: RequestSpec = { method: 'GET', path: '/' };

test('[LOAD-53] connections go to each address in turn', async () => {
  const served: string[] = [];
  const note = ({ socket }: ScriptedRequest): void => {
    served.push(socket.localAddress ?? '');
    socket.end(respond('x', 'HTTP/1.1 200 OK\r\nConnection: close'));
  };
  await using server = await startScripted(note, { host: '0.0.0.0' });
  using client = openPool(server.port, { addresses: ['127.0.0.1', '127.0.0.2', '127.0.0.3'] });
  for (let i = 0; i < 7; i++) assert.equal((await client.send(GET)).kind, 'answer');
  const turn = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  assert.deepEqual(served, [...turn, ...turn, '127.0.0.1']);
});

test('[LOAD-58] the first byte has a timeout of its own, the rest of the answer the whole one', async () => {
  await using server = await startScripted(({ socket, request }) => {
    if (request === 1) return;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n');
    setTimeout(() => socket.write('x'), 150);
  });
  using client = openPool(server.port, { firstByteTimeoutMs: 80, timeoutMs: 5_000 });
  assert.equal((await client.send(GET)).kind, 'answer');
  const ending = await client.send(GET);
  assert.ok(ending.kind === 'timeout' && ending.reason === 'no first byte in time' && ending.ms < 2_000, ending.kind);
});

test('[LOAD-58] each timeout says what it waited for', async () => {
  await using server = await startScripted(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\n'));
  using client = openPool(server.port, { timeoutMs: 60 });
  const ending = await client.send(GET);
  assert.deepEqual([ending.kind, 'reason' in ending && ending.reason], ['timeout', 'no whole answer in time']);
});

for (const [framing, answer] of [
  ['Content-Length', respond('x'.repeat(101))],
  ['chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n${'x'.repeat(101)}\r\n0\r\n\r\n`],
  ['no length', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(101)}`],
] as const) {
  test(`[LOAD-57] a body by ${framing} beyond maxBodyBytes is broken off as a check error`, async () => {
    const spilling = ({ socket, path }: { socket: ScriptedRequest['socket']; path: string }): void =>
      void socket.write(path === '/long' ? answer : respond('x'.repeat(100)));
    await using server = await startScripted(({ socket, head }) =>
      spilling({ socket, path: head.split(' ')[1] as string }),
    );
    using client = openPool(server.port, { maxBodyBytes: 100 });
    assert.equal((await client.send(GET)).kind, 'answer');
    const ending = await client.send({ ...GET, path: '/long' });
    assert.equal(ending.kind, 'check');
    assert.match('reason' in ending ? ending.reason : '', /maxBodyBytes, 100/);
    assert.equal((await client.send(GET)).kind, 'answer');
    assert.equal(client.pool.opened, 2);
  });
}
