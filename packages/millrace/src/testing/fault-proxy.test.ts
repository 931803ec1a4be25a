import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import fc from 'fast-check';
import { dial, socketFolder, startEcho, startPeer, until } from './fault-proxy.test.peers.ts';
import { createFaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { propertySeed } from './property-seed.ts';

test('[TESTING-7] any stream in any slicing arrives unchanged, both ways', async () => {
  await using echo = await startEcho();
  await using proxy = await createFaultProxy({ target: echo.address });
  const chunks = fc.array(fc.uint8Array({ maxLength: 3_000, size: 'max' }), { maxLength: 20 });
  const property = fc.asyncProperty(chunks, async (list) => {
    using client = dial(proxy.address);
    for (const chunk of list) client.socket.write(chunk);
    client.socket.end();
    await until('the echo ended', () => client.closed);
    assert.equal(client.error, undefined);
    assert.deepEqual(client.bytes, Buffer.concat(list));
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 40 });
  await until('all are gone', () => proxy.connections === 0);
  const { bytesUp, bytesDown, resets, bytesSwallowed, bytesBuffered } = proxy.stats();
  assert.deepEqual([bytesDown, resets, bytesSwallowed, bytesBuffered], [bytesUp, 0, 0, 0]);
});

test('[TESTING-7] a megabyte passes whole through a small buffer', async () => {
  await using echo = await startEcho();
  await using proxy = await createFaultProxy({ target: echo.address, maxBufferedBytes: 1_000 });
  using client = dial(proxy.address);
  const sent = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, at) => at % 251));
  client.socket.end(sent);
  await until('the echo ended', () => client.closed);
  assert.ok(client.bytes.equals(sent));
});

test('[TESTING-7] a half-closed connection goes on in the other direction', async () => {
  await using target = await startPeer();
  await using proxy = await createFaultProxy({ target: target.address });
  using client = dial(proxy.address);
  client.socket.end('question');
  await until('the target saw the end', () => target.witnesses[0]?.ended === true);
  assert.equal(target.witnesses[0]?.text, 'question');
  assert.deepEqual([client.ended, proxy.connections], [false, 1]);
  target.witnesses[0]?.socket.write('first ');
  await until('the client got it', () => client.text === 'first ');
  target.witnesses[0]?.socket.end('last');
  await until('the client saw the end', () => client.closed);
  assert.deepEqual([client.text, client.error], ['first last', undefined]);
  await until('it is gone', () => proxy.connections === 0);
});

test('[TESTING-7] the target may end first', async () => {
  await using target = await startPeer((socket) => socket.end('greeting'));
  await using proxy = await createFaultProxy({ target: target.address });
  using client = dial(proxy.address);
  await until('the client saw the end', () => client.ended);
  client.socket.end('answer');
  await until('the target saw the end', () => target.witnesses[0]?.closed === true);
  assert.deepEqual([client.text, target.witnesses[0]?.text], ['greeting', 'answer']);
});

test('[TESTING-7] a reset is passed on, to either side, after the bytes before it', async () => {
  await using target = await startPeer();
  await using proxy = await createFaultProxy({ target: target.address });
  using client = dial(proxy.address);
  client.socket.write('hello');
  await until('the target got it', () => target.witnesses[0]?.text === 'hello');
  client.socket.resetAndDestroy();
  await until('the target was reset', () => target.witnesses[0]?.error === 'ECONNRESET');
  using other = dial(proxy.address);
  await until('it is through', () => target.witnesses.length === 2);
  target.witnesses[1]?.socket.resetAndDestroy();
  await until('the client was reset', () => other.error === 'ECONNRESET');
  await until('all are gone', () => proxy.connections === 0);
  assert.equal(proxy.stats().resets, 0);
});

test('[TESTING-7] from TCP or a Unix socket to TCP or a Unix socket', async () => {
  using folder = socketFolder();
  await using tcp = await startEcho();
  await using unix = await startEcho({ path: folder.path('target') });
  const listens = [undefined, { path: folder.path('proxy') }, { host: 'localhost', port: 0 }];
  for (const target of [tcp.address, unix.address, { ...tcp.address, host: 'localhost' }]) {
    for (const listen of listens) {
      await using proxy = await createFaultProxy({ target, ...(listen && { listen }) });
      using client = dial(proxy.address);
      client.socket.end('round trip');
      await until('the echo ended', () => client.closed);
      assert.equal(client.text, 'round trip');
      assert.match(proxy.url, listen && 'path' in listen ? /^unix:.*proxy$/ : /^tcp:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(proxy.port > 0, proxy.host === '127.0.0.1');
    }
  }
});

test('[TESTING-7] an HTTP server behind it answers as ever', async () => {
  const server = createHttpServer((_request, response) => void response.end('answer'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await using proxy = await createFaultProxy({ target: { host: '127.0.0.1', port } });
  for (let i = 0; i < 5; i++) {
    const [response] = await once(get({ host: proxy.host, port: proxy.port }), 'response');
    assert.equal(await text(response), 'answer');
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

test('[TESTING-15] new connections are reset while the proxy refuses; open ones go on', async () => {
  await using echo = await startEcho();
  await using proxy = await createFaultProxy({ target: echo.address });
  using open = dial(proxy.address);
  open.socket.write('1');
  await until('it works', () => open.text === '1');
  proxy.set({ refuse: true });
  using refused = dial(proxy.address);
  await until('it was reset', () => refused.error === 'ECONNRESET');
  open.socket.write('2');
  await until('it still works', () => open.text === '12');
  proxy.clear();
  using next = dial(proxy.address);
  next.socket.write('3');
  await until('it works again', () => next.text === '3');
  assert.deepEqual([proxy.stats().accepted, proxy.stats().refused, proxy.connections], [2, 1, 2]);
});

test('[TESTING-15] connections above the limit are reset', async () => {
  await using echo = await startEcho();
  await using proxy = await createFaultProxy({ target: echo.address, maxConnections: 1 });
  {
    using first = dial(proxy.address);
    first.socket.write('x');
    await until('it works', () => first.text === 'x');
    using second = dial(proxy.address);
    await until('it was reset', () => second.error === 'ECONNRESET');
  }
  await until('the place is free', () => proxy.connections === 0);
  using third = dial(proxy.address);
  third.socket.write('y');
  await until('it works', () => third.text === 'y');
});

test('[TESTING-15] a client is reset where the target is gone', async () => {
  using folder = socketFolder();
  await using proxy = await createFaultProxy({ target: { path: folder.path('nobody') } });
  using client = dial(proxy.address);
  await until('it was reset', () => client.error === 'ECONNRESET');
  await until('it is gone', () => proxy.connections === 0);
  assert.deepEqual([proxy.stats().accepted, proxy.stats().failed, proxy.stats().resets], [1, 1, 0]);
});

test('[TESTING-19] addresses off this machine are refused', async () => {
  const target = { host: '127.0.0.1', port: 1 };
  const hosts = ['192.0.2.1', '10.0.0.1', '0.0.0.0', '::', 'example.com', '::ffff:192.0.2.1', '127.1', '', undefined];
  for (const host of hosts) {
    const outside = { host: host as string, port: 80 };
    await assert.rejects(createFaultProxy({ target: outside }), { code: 'MILLRACE_TESTING_PROXY_ADDRESS' });
    await assert.rejects(createFaultProxy({ target, listen: outside }), { code: 'MILLRACE_TESTING_PROXY_ADDRESS' });
  }
  for (const port of [0, -1, 65_536, 1.5, Number.NaN]) {
    const code = 'MILLRACE_TESTING_PROXY_ADDRESS';
    await assert.rejects(createFaultProxy({ target: { host: '127.0.0.1', port } }), { code });
  }
  await assert.rejects(createFaultProxy({ target: { path: '' } }), { code: 'MILLRACE_TESTING_PROXY_ADDRESS' });
});

test('[TESTING-19] an address that is taken is refused', async () => {
  await using echo = await startEcho();
  const taken = createFaultProxy({ target: echo.address, listen: echo.address });
  await assert.rejects(taken, { code: 'MILLRACE_TESTING_PROXY_LISTEN', message: /EADDRINUSE/ });
});

test('[TESTING-19] options and faults that make no sense are refused', async () => {
  await using echo = await startEcho();
  const target = echo.address;
  const code = 'MILLRACE_TESTING_OPTION_INVALID';
  const options: Partial<FaultProxyOptions>[] = [
    { maxConnections: 0 },
    { maxBufferedBytes: 0.5 },
    { connectTimeoutMs: 0 },
  ];
  for (const option of options) await assert.rejects(createFaultProxy({ target, ...option }), { code });
  await assert.rejects(createFaultProxy({ target, faults: { latencyMs: -1 } }), { code });
  const misspelt = { target, connections: 5 } as FaultProxyOptions;
  await assert.rejects(createFaultProxy(misspelt), { code: 'MILLRACE_CORE_OPTION_UNKNOWN', mend: /`maxConnections`/ });
  await using proxy = await createFaultProxy({ target });
  const faults = [
    null,
    { latency: 5 },
    { latencyMs: Number.NaN },
    { jitterMs: Number.POSITIVE_INFINITY },
    { bandwidthBytesPerS: 0 },
    { slice: {} },
    { slice: { maxBytes: 0 } },
    { slice: { maxBytes: 1, delayMs: -1 } },
    { resetAfterMs: '5' },
    { halfOpen: 1 },
    { dropAfterBytes: 1.5 },
    { dropWith: 'rst' },
    { corruptByte: {} },
    { corruptByte: { at: 1, probability: 1 } },
    { corruptByte: { probability: 0 } },
    { up: { refuse: true } },
    { down: { latencyMs: -1 } },
  ];
  for (const fault of faults) assert.throws(() => proxy.set(fault as object), { code }, JSON.stringify(fault));
});
