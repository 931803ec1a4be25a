import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from 'millrace/core';
import type { RequestSpec } from '../scenario/index.ts';
import { openPool } from './pool-client.test.ts';
import { respond, type ScriptedRequest, startScripted } from './scripted-server.test.ts';

const GET: RequestSpec = { method: 'GET', path: '/' };
const POST: RequestSpec = { method: 'POST', path: '/', body: 'x' };

test('[LOAD-40] a kept connection serves one request after another', async () => {
  await using server = await startScripted(({ socket, request }) => socket.write(respond(`${request}`)));
  using client = openPool(server.port);
  for (let i = 0; i < 5; i++) {
    const ending = await client.send(GET);
    assert.deepEqual([ending.kind, ending.kind === 'answer' && ending.body], ['answer', `${i}`]);
  }
  assert.equal(client.pool.opened, 1);
  assert.equal(server.connections, 1);
});

test('[LOAD-40] there is room for as many exchanges as connections, and the one used last goes first', async () => {
  const waiting: ScriptedRequest[] = [];
  await using server = await startScripted((request) => waiting.push(request));
  using client = openPool(server.port, { maxConnections: 3 });
  const endings = [client.send(GET), client.send(GET), client.send(GET)];
  assert.equal(client.pool.hasRoom, false);
  while (waiting.length < 3) await sleep(1);
  const order = [2, 0, 1].map((at) => waiting[at] as ScriptedRequest);
  for (const { socket, connection } of order) {
    socket.write(respond(`${connection}`));
    await sleep(5);
  }
  await Promise.all(endings);
  const last = order.at(-1)?.connection;
  const next = client.send(GET);
  while (waiting.length < 4) await sleep(1);
  assert.equal(waiting[3]?.connection, last);
  waiting[3]?.socket.write(respond('again'));
  assert.equal((await next).kind, 'answer');
});

test('[LOAD-40] Connection: close and HTTP/1.0 close the connection after the answer', async () => {
  await using server = await startScripted(({ socket, connection }) =>
    socket.write(respond('hi', connection === 0 ? 'HTTP/1.1 200 OK\r\nConnection: close' : 'HTTP/1.0 200 OK')),
  );
  using client = openPool(server.port);
  for (let i = 0; i < 4; i++) assert.equal((await client.send(GET)).kind, 'answer');
  assert.equal(client.pool.opened, 4);
});

for (const [way, leave] of [
  ['ends', ({ socket }: ScriptedRequest) => socket.end()],
  ['resets', ({ socket }: ScriptedRequest) => socket.resetAndDestroy()],
] as const) {
  const leavesSecond = (request: ScriptedRequest): void => {
    if (request.connection === 0 && request.request === 1) leave(request);
    else request.socket.write(respond('ok'));
  };

  test(`[LOAD-41] a kept connection that ${way} under the request: sent once more, on a fresh one`, async () => {
    await using server = await startScripted(leavesSecond);
    using client = openPool(server.port);
    await client.send(GET);
    assert.equal((await client.send(GET)).kind, 'answer');
    assert.equal(client.resent, 1);
    assert.equal(server.connections, 2);
  });

  test(`[LOAD-42] a kept connection that ${way} under a POST: an error, since it may have taken effect`, async () => {
    await using server = await startScripted(leavesSecond);
    using client = openPool(server.port);
    await client.send(GET);
    assert.equal((await client.send(POST)).kind, 'reset');
    assert.equal(client.resent, 0);
    assert.equal(server.connections, 1);
  });

  test(`[LOAD-42] a fresh connection that ${way} under the request: an error`, async () => {
    await using server = await startScripted(leave);
    using client = openPool(server.port);
    assert.equal((await client.send(GET)).kind, 'reset');
    assert.equal(server.connections, 1);
  });

  test(`[LOAD-41] when the second connection ${way} too: an error, no third`, async () => {
    await using server = await startScripted((request) => {
      if (request.connection === 0 && request.request === 0) request.socket.write(respond('ok'));
      else leave(request);
    });
    using client = openPool(server.port);
    await client.send(GET);
    assert.equal((await client.send(GET)).kind, 'reset');
    assert.equal(server.connections, 2);
  });
}

test('[LOAD-42] one byte of an answer, then the end: an error, since the request was taken', async () => {
  await using server = await startScripted(({ socket, request }) => {
    if (request === 0) socket.write(respond('ok'));
    else socket.end('H');
  });
  using client = openPool(server.port);
  await client.send(GET);
  assert.equal((await client.send(GET)).kind, 'reset');
  assert.equal(client.resent, 0);
});

test('[LOAD-41] an idle connection that the server ends is forgotten without an error', async () => {
  await using server = await startScripted(({ socket, connection }) => {
    socket.write(respond(`${connection}`));
    if (connection === 0) setTimeout(() => socket.end(), 5);
  });
  using client = openPool(server.port, { maxConnections: 1 });
  await client.send(GET);
  while (server.open > 0) await sleep(1);
  assert.equal(client.pool.hasRoom, true);
  const ending = await client.send(POST);
  assert.equal(ending.kind === 'answer' && ending.body, '1');
});

test('[LOAD-43] a timeout ends the exchange at its time or later and closes the connection; a late answer is ignored', async () => {
  const late: ScriptedRequest[] = [];
  await using server = await startScripted((request) => {
    if (request.connection === 0) late.push(request);
    else request.socket.write(respond('fresh'));
  });
  using client = openPool(server.port, { timeoutMs: 60 });
  const ending = await client.send(GET);
  assert.equal(ending.kind, 'timeout');
  assert.ok(ending.ms >= 60, `${ending.ms}`);
  const socket = late[0]?.socket;
  socket?.write(respond('late'));
  if (socket?.closed === false) await once(socket, 'close');
  const next = await client.send(GET);
  assert.equal(next.kind === 'answer' && next.body, 'fresh');
});

test('[LOAD-43] an exchange may have a timeout of its own', async () => {
  await using server = await startScripted(() => {});
  using client = openPool(server.port, { timeoutMs: 60_000 });
  const [first, second] = await Promise.all([client.send(GET, 40), client.send(GET, 41)]);
  assert.deepEqual([first.kind, second.kind], ['timeout', 'timeout']);
});

test('[LOAD-43] the timeout holds for the whole answer, however busily it trickles', async () => {
  await using server = await startScripted(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    const trickle = setInterval(() => socket.write('.'), 5);
    socket.on('close', () => clearInterval(trickle));
  });
  using client = openPool(server.port, { timeoutMs: 80 });
  assert.equal((await client.send(GET)).kind, 'timeout');
});

const BROKEN: [name: string, kind: string, answer: (request: ScriptedRequest) => void][] = [
  ['a reset amid the body', 'reset', ({ socket }) => void resetAfter(socket, respond('whole').slice(0, -2))],
  ['an end amid the body', 'reset', ({ socket }) => void socket.end(respond('whole').slice(0, -2))],
  [
    'an end amid a chunk',
    'reset',
    ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe'),
  ],
  ['a reset of a body without length', 'reset', ({ socket }) => void resetAfter(socket, 'HTTP/1.1 200 OK\r\n\r\nhel')],
  ['an end amid the head', 'reset', ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nConte')],
  ['another protocol', 'protocol', ({ socket }) => void socket.write('SSH-2.0-OpenSSH\r\n')],
  ['two lengths', 'protocol', ({ socket }) => void socket.write(respond('hi', 'HTTP/1.1 200 OK\r\nContent-Length: 3'))],
  ['bytes after the answer', 'protocol', ({ socket }) => void socket.write(`${respond('hi')}!`)],
];

function resetAfter(socket: ScriptedRequest['socket'], bytes: string): void {
  socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 20));
}

for (const [name, kind, answer] of BROKEN) {
  test(`[LOAD-44] ${name} is a ${kind} error and closes the connection`, async () => {
    await using server = await startScripted(answer);
    using client = openPool(server.port);
    assert.equal((await client.send(GET)).kind, kind);
    while (server.open > 0) await sleep(1);
  });
}

test('[LOAD-44] a refused connection is a connect error', async () => {
  const server = await startScripted(() => {});
  await server.close();
  using client = openPool(server.port);
  const ending = await client.send(GET);
  assert.deepEqual([ending.kind, 'reason' in ending && ending.reason], ['connect', 'ECONNREFUSED']);
  assert.equal(client.pool.hasRoom, true);
});

test('[LOAD-22] a body without length is whole when the server ends the connection', async () => {
  await using server = await startScripted(({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
  using client = openPool(server.port);
  const ending = await client.send(GET);
  assert.equal(ending.kind === 'answer' && ending.body, 'hello');
});

async function trickle(socket: ScriptedRequest['socket'], text: string): Promise<void> {
  for (const byte of text) {
    socket.write(byte);
    await new Promise((next) => setImmediate(next));
  }
}

test('[LOAD-20] chunks that come byte by byte over a socket', async () => {
  const text =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n1\r\n!\r\n0\r\nDigest: a\r\n\r\n';
  await using server = await startScripted(({ socket }) => void trickle(socket, text));
  using client = openPool(server.port);
  for (let i = 0; i < 2; i++) {
    const ending = await client.send(GET);
    assert.equal(ending.kind === 'answer' && ending.body, 'hello!');
  }
  assert.equal(client.pool.opened, 1);
});

test('[LOAD-26] a body beyond the bound is counted to its end and not kept', async () => {
  const body = 'x'.repeat(8_000_000);
  await using server = await startScripted(({ socket }) => socket.write(respond(body)));
  using client = openPool(server.port);
  const ending = await client.send(GET);
  assert.deepEqual(ending.kind === 'answer' && [ending.bytes, ending.body], [8_000_000, '']);
});

test('[LOAD-49] the first byte of an answer is stamped apart from its last; each connection that opens gives its time', async () => {
  await using server = await startScripted(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha');
    setTimeout(() => socket.write('lf'), 60);
  });
  using client = openPool(server.port);
  for (let i = 0; i < 2; i++) {
    const ending = await client.send(GET);
    assert.ok(ending.kind === 'answer' && ending.firstByteMs >= 0 && ending.firstByteMs <= ending.ms - 55);
  }
  assert.deepEqual([client.pool.times.connect.count, client.pool.times.tls.count], [1, 0]);
});

test('[LOAD-46] bytes on an idle connection close it and are counted', async () => {
  await using server = await startScripted(({ socket, connection }) => {
    socket.write(respond(`${connection}`));
    if (connection === 0) setTimeout(() => socket.write('stray'), 10);
  });
  using client = openPool(server.port);
  await client.send(GET);
  while (server.open > 0) await sleep(1);
  assert.equal(client.pool.desyncs, 1);
  const ending = await client.send(GET);
  assert.equal(ending.kind === 'answer' && ending.body, '1');
});

test('[LOAD-47] an answer before the request was written out is taken, and its connection closed', async () => {
  await using server = await startScripted(
    ({ socket }) => {
      socket.pause();
      socket.write(respond('too large', 'HTTP/1.1 413 Content Too Large'));
    },
    { onHead: true },
  );
  using client = openPool(server.port);
  const ending = await client.send({ method: 'PUT', path: '/', body: 'x'.repeat(32_000_000) });
  assert.equal(ending.kind === 'answer' && ending.status, 413);
  assert.equal((await client.send(GET)).kind, 'answer');
  assert.equal(client.pool.opened, 2);
});

test('[LOAD-48] a connection is not used when the server is about to close it, as its Keep-Alive said', async () => {
  let passed = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + passed };
  await using server = await startScripted(({ socket }) =>
    socket.write(respond('', 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=9')),
  );
  using client = openPool(server.port, { clock });
  await client.send(GET);
  passed += 3_500;
  await client.send(GET);
  assert.equal(client.pool.opened, 1);
  passed += 4_000;
  await client.send(GET);
  assert.equal(client.pool.opened, 2);
});
