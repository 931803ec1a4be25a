import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { createWebSocketClient } from './client.ts';
import { acceptance, Diary, type RawServer, startRaw } from './socket-diary.test.ts';

/** What the diary of one connection to the server says once it is closed. */
async function lastLine(server: RawServer, options: object = {}): Promise<string | undefined> {
  await using client = createWebSocketClient({ url: server.url, ...options });
  const diary = new Diary();
  client.open(diary);
  await diary.closing.promise;
  return diary.lines.at(-1);
}

test('[WS-18] nobody listens: no connection', async () => {
  const server = await startRaw(() => {});
  await server[Symbol.asyncDispose]();
  assert.equal(await lastLine(server), 'closed 1006  false connect MILLRACE_WEBSOCKET_CONNECT_FAILED');
});

test('[WS-14] another status refuses the upgrade', async () => {
  await using server = await startRaw((socket) => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n'));
  assert.equal(await lastLine(server), 'closed 1006  false status MILLRACE_WEBSOCKET_UPGRADE_REFUSED');
});

test('[WS-13] a proof for another key breaks the connection', async () => {
  await using server = await startRaw((socket) => socket.write(acceptance('another')));
  assert.equal(await lastLine(server), 'closed 1006  false protocol MILLRACE_WEBSOCKET_UPGRADE_INVALID');
});

test('[WS-13, WS-15] frames in the same read as the answer are heard after `opened`', async () => {
  await using server = await startRaw((socket, key) => {
    socket.end(Buffer.concat([Buffer.from(acceptance(key)), Buffer.from('8103616263880203e8', 'hex')]));
  });
  await using client = createWebSocketClient({ url: server.url });
  const diary = new Diary();
  client.open(diary);
  await diary.closing.promise;
  assert.deepEqual(diary.lines, ['opened', 'text abc', 'closed 1000  true undefined undefined']);
});

const ENDS: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['a FIN', (socket) => socket.end()],
  ['a reset', (socket) => socket.resetAndDestroy()],
];
for (const [name, end] of ENDS) {
  test(`[WS-18] ${name} before the upgrade, and after it, is a lost connection`, async () => {
    await using before = await startRaw(end);
    assert.equal(await lastLine(before), 'closed 1006  false reset MILLRACE_WEBSOCKET_CONNECTION_LOST');
    await using after = await startRaw((socket, key) => socket.write(acceptance(key), () => end(socket)));
    assert.equal(await lastLine(after), 'closed 1006  false reset MILLRACE_WEBSOCKET_CONNECTION_LOST');
  });
}

const BROKEN: readonly (readonly [string, string, number])[] = [
  ['83', 'MILLRACE_WEBSOCKET_FRAME_INVALID', 1002],
  ['8101ff', 'MILLRACE_WEBSOCKET_TEXT_INVALID', 1007],
  ['820401020304', 'MILLRACE_WEBSOCKET_MESSAGE_TOO_LARGE', 1009],
];
for (const [frame, code, closeCode] of BROKEN) {
  test(`[WS-4, WS-5, WS-6, WS-15] ${code}: the peer is told ${closeCode}`, async () => {
    const told = Promise.withResolvers<Buffer>();
    await using server = await startRaw((socket, key) => {
      socket.once('data', (bytes: Buffer) => told.resolve(bytes));
      socket.write(acceptance(key));
      socket.write(Buffer.from(frame, 'hex'));
    });
    assert.equal(await lastLine(server, { maxMessageBytes: 3 }), `closed ${closeCode}  false protocol ${code}`);
    const close = await told.promise;
    assert.equal(close[0], 0x88);
    const unmasked = close.subarray(6).map((byte, i) => byte ^ (close[2 + (i % 4)] as number));
    assert.equal(Buffer.from(unmasked).readUInt16BE(), closeCode);
  });
}

test('[WS-18] a server that never answers the upgrade is given up after connectTimeoutMs', async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await startRaw(() => asked.resolve());
  const clock = createFakeClock();
  await using client = createWebSocketClient({ url: server.url, clock, connectTimeoutMs: 1_000 });
  const diary = new Diary();
  client.open(diary);
  await asked.promise;
  await clock.advance(999);
  assert.deepEqual(diary.lines, []);
  await clock.advance(1);
  const { failure } = await diary.closing.promise;
  assert.deepEqual([failure?.kind, failure?.error.code], ['timeout', 'MILLRACE_WEBSOCKET_TIMEOUT']);
  assert.match(String(failure?.error.message), /no upgrade within 1000 ms/);
});

test('[WS-17] a Ping without a Pong fails the connection, one with a Pong does not', async () => {
  await using server = await startRaw((socket, key) => {
    socket.once('data', () => socket.write(Buffer.from('8a00', 'hex')));
    socket.write(acceptance(key));
  });
  const clock = createFakeClock();
  await using client = createWebSocketClient({ url: server.url, clock, pongTimeoutMs: 500 });
  const diary = new Diary();
  const ponged = Promise.withResolvers<void>();
  diary.pong = () => ponged.resolve();
  client.open(diary);
  const socket = await diary.opening.promise;
  assert.ok(socket.ping());
  await ponged.promise;
  await clock.advance(60_000);
  assert.equal(socket.state, 'open');
  assert.ok(socket.ping());
  await clock.advance(300);
  // A second Ping does not give the first one more time.
  assert.ok(socket.ping());
  await clock.advance(200);
  const { failure } = await diary.closing.promise;
  assert.match(String(failure?.error.message), /no Pong within 500 ms/);
});

test('[WS-16] a peer that never says Close is given up after closeTimeoutMs, one that did and stays is just left', async () => {
  await using silent = await startRaw((socket, key) => socket.write(acceptance(key)));
  const clock = createFakeClock();
  const client = createWebSocketClient({ url: silent.url, clock, closeTimeoutMs: 300 });
  const diary = new Diary();
  client.open(diary);
  (await diary.opening.promise).close();
  await clock.advance(299);
  assert.equal(client.size, 1);
  await clock.advance(1);
  await diary.closing.promise;
  assert.equal(diary.lines.at(-1), 'closed 1000  false timeout MILLRACE_WEBSOCKET_TIMEOUT');

  const heard = Promise.withResolvers<void>();
  await using staying = await startRaw((socket, key) => {
    socket.once('data', () => heard.resolve());
    socket.write(acceptance(key));
    socket.write(Buffer.from('880203e9', 'hex'));
  });
  const other = createWebSocketClient({ url: staying.url, clock, closeTimeoutMs: 300 });
  const left = new Diary();
  other.open(left);
  await heard.promise;
  await clock.advance(300);
  await left.closing.promise;
  assert.equal(left.lines.at(-1), 'closed 1001  true undefined undefined');
});

test('[WS-16] our Close is the only one: the code the peer answers with changes nothing', async () => {
  const said: Buffer[] = [];
  await using server = await startRaw((socket, key) => {
    socket.on('data', (bytes: Buffer) => said.push(bytes));
    socket.once('data', () => socket.write(Buffer.from('88020fa1', 'hex'), () => setImmediate(() => socket.end())));
    socket.write(acceptance(key));
  });
  await using client = createWebSocketClient({ url: server.url });
  const diary = new Diary();
  diary.opened = (socket) => socket.close(3001, 'done');
  client.open(diary);
  assert.deepEqual(await diary.closing.promise, { code: 3001, reason: 'done', clean: true });
  const [peer] = server.sockets;
  if (peer?.closed === false) await once(peer, 'close');
  assert.equal(Buffer.concat(said).length, 6 + 2 + 4);
});

test('[WS-15] one that is destroyed is heard to close once, without a failure', async () => {
  await using server = await startRaw((socket, key) => socket.write(`${acceptance(key)}\u0081`, 'latin1'));
  await using client = createWebSocketClient({ url: server.url });
  const diary = new Diary();
  client.open(diary);
  const socket = await diary.opening.promise;
  socket.destroy();
  socket.destroy();
  await diary.closing.promise;
  socket.close();
  assert.deepEqual(diary.lines, ['opened', 'closed 1006  false undefined undefined']);
});

test('[WS-15] a listener that destroys the connection hears none of the frames behind', async () => {
  await using server = await startRaw((socket, key) =>
    socket.write(`${acceptance(key)}\u0081\u0001a\u0081\u0001b\u0083`, 'latin1'),
  );
  await using client = createWebSocketClient({ url: server.url });
  const diary = new Diary();
  diary.onMessage = (socket) => socket.destroy();
  client.open(diary);
  await diary.closing.promise;
  assert.deepEqual(diary.lines, ['opened', 'text a', 'closed 1006  false undefined undefined']);
});

test('[WS-11, WS-19] a peer that does not read stops `send` at the bound; what was taken arrives whole and in order', async () => {
  const opened = Promise.withResolvers<void>();
  await using server = await startRaw((socket, key) => {
    socket.pause();
    socket.write(acceptance(key), () => opened.resolve());
  });
  await using client = createWebSocketClient({ url: server.url, maxBufferedBytes: 100_000 });
  const diary = new Diary();
  client.open(diary);
  const socket = await diary.opening.promise;
  await opened.promise;
  let taken = 0;
  while (taken < 100_000 && socket.send(String(taken).padStart(994, '0'))) taken++;
  assert.ok(taken > 100 && taken < 100_000, `${taken} taken`);
  assert.ok(socket.bufferedBytes > 99_000 - 1_002 && socket.bufferedBytes <= 100_000, `${socket.bufferedBytes} wait`);
  const [peer] = server.sockets;
  assert.ok(peer);
  const pieces: Buffer[] = [];
  peer.on('data', (piece: Buffer) => pieces.push(piece));
  peer.resume();
  const expected = taken * 1_002;
  while (pieces.reduce((sum, piece) => sum + piece.length, 0) < expected) await once(peer, 'data');
  const all = Buffer.concat(pieces);
  for (let i = 0; i < taken; i++) {
    const frame = all.subarray(i * 1_002, (i + 1) * 1_002);
    const text = frame.subarray(8).map((byte, at) => byte ^ (frame[4 + (at % 4)] as number));
    assert.equal(Number(Buffer.from(text).toString()), i);
  }
  socket.destroy();
});
