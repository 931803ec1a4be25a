import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from 'millrace/core';
import { type Exchange, encodeRequest, type Failure } from '../http/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import { CompatPool } from './compat-pool.ts';

/** A server that accepts and never says a word, so that no TLS handshake ends. */
async function startMute() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  return { port: (server.address() as { port: number }).port, accepted, [Symbol.dispose]: () => void server.close() };
}

function openPool(port: number, connectTimeoutMs: number) {
  const failed = Promise.withResolvers<Failure>();
  const place = { origin: `https://127.0.0.1:${port}`, hostname: '127.0.0.1', addresses: ['127.0.0.1'], port };
  const bounds = { maxConnections: 1, timeoutMs: 10_000, connectTimeoutMs, clock: systemClock };
  const pool = new CompatPool(
    { ...place, ...bounds, tls: { insecure: true } },
    { answered: () => assert.fail('answered'), failed: (_exchange, failure) => failed.resolve(failure) },
  );
  const send = (spec: RequestSpec): void => pool.send(exchangeOf(spec));
  return { pool, send, failed: failed.promise };
}

function exchangeOf(spec: RequestSpec): Exchange {
  const request = encodeRequest(spec, '127.0.0.1');
  return { request, keepsAnswer: false, writtenAt: -1, firstByteAt: -1, retried: false };
}

test('[LOAD-43] compat: a connection that takes too long is a timeout, and closed', async () => {
  using server = await startMute();
  const { pool, send, failed } = openPool(server.port, 50);
  send({ method: 'GET', path: '/' });
  const [socket] = await server.accepted;
  const closed = once(socket.on('error', () => {}).resume(), 'close');
  assert.deepEqual(await failed, { kind: 'timeout', reason: 'no connection in time' });
  await closed;
  assert.deepEqual(pool.close(), []);
});

test('[LOAD-43] compat: what is still connecting is closed with the pool', async () => {
  using server = await startMute();
  const { pool, send } = openPool(server.port, 5_000);
  send({ method: 'GET', path: '/' });
  const [socket] = await server.accepted;
  const closed = once(socket.on('error', () => {}).resume(), 'close');
  assert.equal(pool.close().length, 1);
  await closed;
});
