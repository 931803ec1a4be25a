import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createRandom } from 'millrace/core';
import * as ws from 'ws';
import { makeCertificate } from '../testing/index.ts';
import { createWebSocketClient, type WebSocketClientOptions } from './client.ts';
import { Diary } from './socket-diary.test.ts';

interface EchoServer extends AsyncDisposable {
  readonly url: string;
  readonly server: ws.WebSocketServer;
}

/** A server on `ws` that sends back what it gets. */
async function startEcho(options: ws.ServerOptions = {}): Promise<EchoServer> {
  const server = new ws.WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=1`,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((done) => server.close(done));
    },
  };
}

test('[WS-12, WS-15, WS-16] text and bytes go to a server on `ws` and back, and our close is clean', async () => {
  await using echo = await startEcho({ handleProtocols: (offered) => [...offered][1] ?? false });
  const requests: string[] = [];
  echo.server.on('connection', (_socket, request) => requests.push(`${request.url} ${request.headers.authorization}`));
  await using client = createWebSocketClient({
    url: echo.url,
    protocols: ['v1', 'v2'],
    headers: { Authorization: 'Bearer x' },
  });
  const diary = new Diary();
  const messages = ['grüße', Buffer.of(0, 255), '', 'x'.repeat(70_000), Buffer.alloc(300_000), 'last'];
  client.open(diary);
  const socket = await diary.opening.promise;
  assert.deepEqual([socket.protocol, socket.state, client.size], ['v2', 'open', 1]);
  diary.onMessage = (_, text) => text === 'last' && socket.close(3000, 'täschüss');
  for (const message of messages) assert.ok(socket.send(message));
  assert.deepEqual(await diary.closing.promise, { code: 3000, reason: 'täschüss', clean: true });
  assert.deepEqual(diary.lines.slice(0, -1), [
    'opened',
    'text grüße',
    'binary 00ff',
    'text ',
    'text 70000',
    'binary 600000',
    'text last',
  ]);
  assert.deepEqual(requests, ['/path?a=1 Bearer x']);
  assert.deepEqual([socket.state, client.size, socket.send('late'), socket.ping()], ['closed', 0, false, false]);
});

test('[WS-16, WS-17] the peer may ping and close: the pong carries its bytes, the close its own code', async () => {
  await using echo = await startEcho();
  const ponged = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<number>();
  echo.server.on('connection', (peer) => {
    peer.on('pong', (data) => {
      ponged.resolve(data.toString());
      peer.close(4001, 'enough');
    });
    peer.on('close', (code) => closed.resolve(code));
    peer.ping('are you there');
  });
  await using client = createWebSocketClient({ url: echo.url });
  const diary = new Diary();
  client.open(diary, '/other');
  assert.equal(await ponged.promise, 'are you there');
  assert.deepEqual(await diary.closing.promise, { code: 4001, reason: 'enough', clean: true });
  assert.equal(await closed.promise, 4001);
});

test('[WS-17] a ping of ours is heard back', async () => {
  await using echo = await startEcho();
  await using client = createWebSocketClient({ url: echo.url });
  const diary = new Diary();
  const ponged = Promise.withResolvers<void>();
  const heard = diary.pong.bind(diary);
  diary.pong = (...args) => {
    heard(...args);
    ponged.resolve();
  };
  client.open(diary);
  const socket = await diary.opening.promise;
  assert.ok(socket.ping('p'));
  await ponged.promise;
  assert.deepEqual(diary.lines, ['opened', 'pong p']);
});

test('[WS-16] a client that closes ends all of its connections, and opens none any more', async () => {
  await using echo = await startEcho();
  const client = createWebSocketClient({ url: echo.url, maxConnections: 3, random: createRandom(5) });
  const diaries = [new Diary(), new Diary(), new Diary()];
  for (const diary of diaries.slice(0, 2)) client.open(diary);
  await Promise.all(diaries.slice(0, 2).map((diary) => diary.opening.promise));
  client.open(diaries[2] as Diary);
  assert.throws(() => client.open(new Diary()), { code: 'MILLRACE_WEBSOCKET_CLIENT_FULL' });
  await client.close();
  assert.equal(client.size, 0);
  assert.deepEqual(
    diaries.map(({ lines }) => lines.at(-1)),
    [
      'closed 1001  true undefined undefined',
      'closed 1001  true undefined undefined',
      'closed 1006  false undefined undefined',
    ],
  );
  assert.throws(() => client.open(new Diary()), { code: 'MILLRACE_WEBSOCKET_CLIENT_CLOSED' });
  await client.close();
});

test('[WS-20] options that are out of range or do not exist are refused', () => {
  const url = 'ws://127.0.0.1:1/';
  const refused: readonly WebSocketClientOptions[] = [
    { url: 'http://127.0.0.1/' },
    { url: 'nothing' },
    { url: 'ws://user@127.0.0.1/' },
    { url: 'ws://127.0.0.1/#a' },
    { url, connectTimeoutMs: 0 },
    { url, closeTimeoutMs: Number.POSITIVE_INFINITY },
    { url, pongTimeoutMs: Number.NaN },
    { url, maxMessageBytes: 0.5 },
    { url, maxBufferedBytes: 0 },
    { url, maxConnections: 0 },
  ];
  for (const options of refused) {
    assert.throws(() => createWebSocketClient(options), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
  const misspelt = { url, timeoutMs: 1 } as WebSocketClientOptions;
  assert.throws(() => createWebSocketClient(misspelt), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  assert.throws(() => createWebSocketClient({ url, headers: { Host: 'x' } }), {
    code: 'MILLRACE_LOAD_REQUEST_INVALID',
  });
});

test('[WS-20] what no Close or Ping frame can carry is refused', async () => {
  await using echo = await startEcho();
  await using client = createWebSocketClient({ url: echo.url });
  const diary = new Diary();
  client.open(diary);
  const socket = await diary.opening.promise;
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, Number.NaN]) {
    assert.throws(() => socket.close(code), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
  assert.throws(() => socket.close(1000, 'ä'.repeat(62)), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  assert.throws(() => socket.ping('ä'.repeat(63)), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  assert.ok(socket.ping(Buffer.alloc(125)));
  assert.equal(socket.state, 'open');
});

test('[WS-21] the same over TLS, if the certificate can be trusted', async () => {
  const { cert, key } = makeCertificate();
  const server = createServer({ cert, key });
  const peers = new ws.WebSocketServer({ server });
  peers.on('connection', (peer) => peer.on('message', (data) => peer.send(data.toString())));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    await using trusting = createWebSocketClient({ url, tls: { ca: cert } });
    const diary = new Diary();
    diary.onMessage = (socket, text) => text === 'end' && socket.close();
    trusting.open(diary);
    const socket = await diary.opening.promise;
    for (const message of ['one', 'x'.repeat(200_000), 'end']) assert.ok(socket.send(message));
    await diary.closing.promise;
    assert.deepEqual(diary.lines, [
      'opened',
      'text one',
      'text 200000',
      'text end',
      'closed 1000  true undefined undefined',
    ]);

    await using doubting = createWebSocketClient({ url });
    const refused = new Diary();
    doubting.open(refused);
    const { failure } = await refused.closing.promise;
    assert.equal(failure?.error.code, 'MILLRACE_WEBSOCKET_CONNECT_FAILED');
    assert.equal(failure?.error.context.reason, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  } finally {
    peers.close();
    server.close();
  }
});
