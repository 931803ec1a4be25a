import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { openTarget } from './target.ts';

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
