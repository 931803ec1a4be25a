import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { makeCertificate } from '../testing/index.ts';
import { openTarget, turnTarget } from './target.ts';
import { checkEngine } from './transport.ts';

test('[LOAD-69] public addresses are refused before a single packet', async () => {
  const refused = [
    'http://8.8.8.8',
    'http://172.15.255.255:80',
    'http://172.32.0.1',
    'http://192.169.0.1',
    'http://11.0.0.1',
    'http://169.254.169.254',
    'http://0.0.0.0:80',
    'http://[2001:4860:4860::8888]:80',
    'http://[::ffff:8.8.8.8]',
    'http://134744072/',
  ];
  for (const target of refused) {
    await assert.rejects(openTarget(target), { code: 'MILLRACE_LOAD_TARGET_REFUSED' }, target);
  }
});

test('[LOAD-69] a target that is not http://host:port is refused', async () => {
  const bad = [
    '',
    'localhost:80',
    'ws://127.0.0.1',
    'http://127.0.0.1/path',
    'http://127.0.0.1/?q',
    'http://u:p@127.0.0.1',
    'http://127.0.0.1:99999',
  ];
  for (const target of bad) {
    await assert.rejects(openTarget(target), { code: 'MILLRACE_LOAD_OPTION_INVALID' }, target);
  }
});

test('[LOAD-69] a target that does not listen is unreachable', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const unreachable = { code: 'MILLRACE_LOAD_TARGET_UNREACHABLE', message: /ECONNREFUSED/ };
  await assert.rejects(openTarget(`http://127.0.0.1:${port}`), unreachable);
  await assert.rejects(openTarget('http://no-such-host.invalid'), { code: 'MILLRACE_LOAD_TARGET_UNREACHABLE' });
});

test('[LOAD-69] a name with several addresses is resolved once, to one that answers', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = await openTarget(`http://localhost:${port}`);
  assert.deepEqual(target, {
    origin: `http://localhost:${port}`,
    host: `localhost:${port}`,
    hostname: 'localhost',
    addresses: ['127.0.0.1'],
    port,
  });
  server.close();
});

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('[LOAD-69] a public target is taken only when it is said to be owned', async () => {
  // A documentation address (RFC 5737): nothing answers there, and no packet for it leaves the refusal.
  const signal = AbortSignal.timeout(50);
  await assert.rejects(openTarget('http://192.0.2.1:9', { signal }), { code: 'MILLRACE_LOAD_TARGET_REFUSED' });
  await assert.rejects(openTarget('http://127.0.0.1:9', { connectTo: '192.0.2.1:9', signal }), {
    code: 'MILLRACE_LOAD_TARGET_REFUSED',
    message: /^192\.0\.2\.1:9 is not/,
  });
  await assert.rejects(openTarget('http://192.0.2.1:9', { owned: true, signal }), {
    code: 'MILLRACE_LOAD_TARGET_UNREACHABLE',
  });
});

test('[LOAD-53] connectTo changes where connections go, nothing else', async () => {
  const server = createServer((socket) => socket.destroy());
  const port = await listen(server);
  const target = await openTarget('http://no-such-host.invalid', { connectTo: `127.0.0.1:${port}` });
  assert.deepEqual(target, {
    origin: 'http://no-such-host.invalid',
    host: 'no-such-host.invalid',
    hostname: 'no-such-host.invalid',
    addresses: ['127.0.0.1'],
    port,
  });
  for (const connectTo of [
    '',
    '127.0.0.1/x',
    'a b',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:0',
    'u:p@127.0.0.1:80',
    ':1',
    '::1',
  ]) {
    await assert.rejects(openTarget('http://127.0.0.1', { connectTo }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
  server.close();
});

test("[LOAD-53] connectTo may have curl's form, for this target and no other", async () => {
  const server = createServer((socket) => socket.destroy());
  const place = `127.0.0.1:${await listen(server)}`;
  const opened = async (connectTo: string, target = 'http://no-such-host.invalid') =>
    (await openTarget(target, { connectTo })).addresses;
  for (const before of ['no-such-host.invalid:80:', 'NO-such-host.invalid::', ':80:', '::']) {
    assert.deepEqual(await opened(`${before}${place}`), ['127.0.0.1'], before);
  }
  assert.deepEqual(await opened(`[::1]:80:${place}`, 'http://[::1]'), ['127.0.0.1']);
  for (const before of ['other.invalid:80:', 'no-such-host.invalid:81:', 'no-such-host.invalid:', ':', 'a:b:']) {
    await assert.rejects(opened(`${before}${place}`), { code: 'MILLRACE_LOAD_OPTION_INVALID' }, before);
  }
  server.close();
});

test('[LOAD-53] connectTo says its port, whatever the scheme would have', async () => {
  const asked: string[] = [];
  const note = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('connectionAttempt', (address: string, port: number) => asked.push(`${address}:${port}`));
  };
  subscribe('net.client.socket', note);
  try {
    // Whether somebody answers there is another matter.
    await openTarget('https://no-such-host.invalid', { connectTo: '127.0.0.2:80' }).catch(() => {});
    await openTarget('http://no-such-host.invalid', { connectTo: '127.0.0.2:443' }).catch(() => {});
  } finally {
    unsubscribe('net.client.socket', note);
  }
  assert.deepEqual([...new Set(asked)], ['127.0.0.2:80', '127.0.0.2:443']);
});

test('[LOAD-53] each of several generators begins with another address', () => {
  const target = { origin: 'http://a', host: 'a', hostname: 'a', addresses: ['1', '2', '3'], port: 80 };
  const turned = [0, 1, 2, 3].map((index) => turnTarget(target, index).addresses.join(''));
  assert.deepEqual(turned, ['123', '231', '312', '123']);
  assert.deepEqual(turnTarget({ ...target, addresses: [] }, 2).addresses, []);
});

test('[LOAD-72] connectTo is refused with a proxy, and no password is repeated', async () => {
  const invalid = { code: 'MILLRACE_LOAD_OPTION_INVALID' };
  const both = { connectTo: '127.0.0.1:1', proxy: 'http://127.0.0.1:2' };
  await assert.rejects(openTarget('http://127.0.0.1', both), { ...invalid, message: /connectTo/ });
  const secret = (error: Error): boolean =>
    error.message.includes('***@') && !/user|pass/.test(error.message.split(',')[0] ?? '');
  const withLogin = (password: string): string => `http://user:${password}@127.0.0.1`;
  await assert.rejects(openTarget(withLogin('pa@ss')), secret);
  const proxy = `${withLogin('pass')}:1`;
  await assert.rejects(openTarget('http://127.0.0.1', { proxy }), secret);
  assert.throws(() => checkEngine({ proxy }), secret);
});

test('[LOAD-51] an https target is reached over TLS before the run, or the reason said', async () => {
  const { cert, key } = makeCertificate();
  const server = createWebServer({ cert, key }, (_request, response) => void response.end('ok'));
  const url = `https://127.0.0.1:${await listen(server)}`;
  try {
    await assert.rejects(openTarget(url), {
      code: 'MILLRACE_LOAD_TLS_FAILED',
      message: /DEPTH_ZERO_SELF_SIGNED_CERT/,
    });
    const target = await openTarget(url, { tls: { ca: cert } });
    assert.deepEqual([target.origin, target.tls], [url, { ca: cert }]);
    assert.deepEqual((await openTarget(url, { tls: { insecure: true } })).tls, { insecure: true });
  } finally {
    server.close();
  }
});
