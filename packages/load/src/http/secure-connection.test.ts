import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { RequestSpec } from '../scenario/index.ts';
import { makeCertificate } from '../testing/index.ts';
import { openPool } from './pool-client.test.ts';
import { respond, type ScriptedRequest, startScripted } from './scripted-server.test.ts';
import { SecureEndpoint, type TlsOptions } from './secure-endpoint.ts';

const GET: RequestSpec = { method: 'GET', path: '/' };
const IDENTITY = makeCertificate('load.test');
const TRUSTING: TlsOptions = { ca: IDENTITY.cert };
const echo = ({ socket, body }: ScriptedRequest): void => void socket.write(respond(body));

function secure(options: TlsOptions, host = '127.0.0.1'): { secure: SecureEndpoint } {
  return { secure: new SecureEndpoint(host, options) };
}

test('[LOAD-50] over TLS, answers are read into the shared buffer and scanned the same', async () => {
  let reads = 0;
  await using server = await startScripted(echo, { tls: IDENTITY });
  const socket = new SecureEndpoint('127.0.0.1', TRUSTING).connect('127.0.0.1', server.port, {
    buffer: Buffer.alloc(1_024),
    callback: () => ++reads > 0,
  });
  socket.on('data', () => assert.fail('a read went past the buffer'));
  socket.end('PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi');
  await new Promise((closed) => socket.once('close', closed));
  assert.ok(reads > 0);

  using client = openPool(server.port, secure(TRUSTING));
  for (const body of ['one', 'x'.repeat(300_000), 'y'.repeat(10_000)]) {
    const ending = await client.send({ method: 'PUT', path: '/', body });
    assert.ok(ending.kind === 'answer' && ending.body === body, ending.kind);
  }
  assert.deepEqual([client.pool.opened, client.pool.times.connect.count, client.pool.times.tls.count], [1, 1, 1]);
});

test('[LOAD-50] kept connections serve one request after another', async () => {
  await using server = await startScripted(echo, { tls: IDENTITY });
  using client = openPool(server.port, secure(TRUSTING));
  for (let i = 0; i < 200; i++) assert.equal((await client.send(GET)).kind, 'answer');
  assert.equal(client.pool.opened, 1);
});

test('[LOAD-51] a certificate is verified: its authority, and the name', async () => {
  await using server = await startScripted(echo, { tls: IDENTITY });
  const cases: [options: TlsOptions, host: string, reason: string | undefined][] = [
    [{}, '127.0.0.1', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [TRUSTING, 'other.test', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [TRUSTING, '127.0.0.2', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [{ ...TRUSTING, servername: 'other.test' }, '127.0.0.1', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [TRUSTING, '127.0.0.1', undefined],
    [TRUSTING, 'load.test', undefined],
    [{ insecure: true }, 'other.test', undefined],
  ];
  for (const [options, host, reason] of cases) {
    using client = openPool(server.port, secure(options, host));
    const ending = await client.send(GET);
    const expected = reason === undefined ? ['answer', undefined] : ['connect', reason];
    assert.deepEqual([ending.kind, 'reason' in ending ? ending.reason : undefined], expected, `${host} ${reason}`);
  }
});

test('[LOAD-51] the name is asked for by SNI, an address is not', async () => {
  const asked: unknown[] = [];
  const note = (request: ScriptedRequest): void => {
    asked.push((request.socket as TLSSocket).servername);
    echo(request);
  };
  await using server = await startScripted(note, { tls: IDENTITY });
  for (const host of ['load.test', '127.0.0.1']) {
    using client = openPool(server.port, secure(TRUSTING, host));
    await client.send(GET);
  }
  assert.deepEqual(asked, ['load.test', false]);
});

test('[LOAD-52] sessions are resumed only when asked for', async () => {
  const closing = ({ socket }: ScriptedRequest): void =>
    void socket.end(respond('x', 'HTTP/1.1 200 OK\r\nConnection: close'));
  await using server = await startScripted(closing, { tls: IDENTITY });
  for (const resumeSessions of [false, true]) {
    const endpoint = new SecureEndpoint('127.0.0.1', { ...TRUSTING, resumeSessions });
    using client = openPool(server.port, { secure: endpoint });
    for (let i = 0; i < 4; i++) assert.equal((await client.send(GET)).kind, 'answer');
    assert.deepEqual([client.pool.opened, endpoint.resumed], [4, resumeSessions ? 3 : 0]);
  }
});

test('[LOAD-50] the keys are written down when asked for', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'keys-'));
  try {
    const keyLogFile = path.join(folder, 'keys.log');
    await using server = await startScripted(echo, { tls: IDENTITY });
    using client = openPool(server.port, secure({ ...TRUSTING, keyLogFile }));
    await client.send(GET);
    assert.match(readFileSync(keyLogFile, 'latin1'), /^SERVER_TRAFFIC_SECRET_0 [0-9a-f]+ [0-9a-f]+$/m);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('[LOAD-72] certificates that cannot be read are refused', () => {
  assert.throws(() => new SecureEndpoint('h', { ca: 'no PEM', cert: 'none' }), {
    code: 'MILLRACE_LOAD_OPTION_INVALID',
  });
});

test('[LOAD-44] a server that does not speak TLS is a connect error', async () => {
  await using server = await startScripted(({ socket }) => void socket.write('nonsense'));
  await using plain = await startScripted(() => {});
  using client = openPool(plain.port, { ...secure(TRUSTING), connectTimeoutMs: 60 });
  assert.equal((await client.send(GET)).kind, 'timeout');
  using spoken = openPool(server.port, { ...secure(TRUSTING), connectTimeoutMs: 500 });
  const [ending] = await Promise.all([spoken.send(GET)]);
  assert.ok(ending.kind === 'connect' || ending.kind === 'timeout', ending.kind);
});
