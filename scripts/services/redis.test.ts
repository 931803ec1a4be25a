import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type RedisServer, startRedis, testRedis } from './index.ts';
import { listens } from './trial/trial.ts';

const PATH = process.env.PATH;

/** Starts one from the PATH, or says that none is installed and skips. */
async function own(t: TestContext): Promise<RedisServer | undefined> {
  const server = await startRedis({ environment: { PATH } });
  if (server === undefined) t.skip('no redis-server or valkey-server on the PATH');
  else t.after(() => server.close());
  return server;
}

/** Sends plain words and answers what comes back. */
async function say(url: string, ...lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.end(lines.map((line) => `${line}\r\n`).join(''));
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

test('[SERVICES-20] a server of the PATH answers PING with its password, and nothing without', async (t) => {
  const server = await own(t);
  if (server === undefined) return;
  const { username, password, hostname } = new URL(server.url);
  assert.equal(hostname, '127.0.0.1');
  assert.equal(await say(server.url, `AUTH ${username} ${password}`, 'PING'), '+OK\r\n+PONG\r\n');
  assert.match(await say(server.url, 'PING'), /^-NOAUTH/);
  assert.match(server.version, /^\d+\.\d+/);
});

test('[SERVICES-20] it keeps nothing on disk and listens on loopback alone', async (t) => {
  const server = await own(t);
  if (server === undefined) return;
  const { username, password } = new URL(server.url);
  const asked = ['save', 'appendonly', 'bind'].map((name) => `CONFIG GET ${name}`);
  const answers = await say(server.url, `AUTH ${username} ${password}`, ...asked);
  assert.equal(
    answers.replaceAll(/\$\d+\r\n/g, '').replaceAll('\r\n', ' '),
    '+OK *2 save  *2 appendonly no *2 bind 127.0.0.1 ',
  );
});

test('[SERVICES-20] two of them do not meet, and close frees the port', async (t) => {
  const [one, two] = [await own(t), await own(t)];
  if (one === undefined || two === undefined) return;
  assert.notEqual(new URL(one.url).port, new URL(two.url).port);
  await Promise.all([one.close(), one.close()]);
  assert.equal(await listens(new URL(one.url)), false);
  assert.equal(await listens(new URL(two.url)), true);
});

test('[SERVICES-21] REDIS_URL is used as it is and left alone', async (t) => {
  const theirs = await testRedis();
  if (theirs === undefined) return t.skip('no redis-server or valkey-server on the PATH');
  const server = await startRedis({ environment: { PATH, REDIS_URL: theirs } });
  assert.equal(server?.url, theirs);
  await server?.close();
  assert.equal(await listens(new URL(theirs)), true);
});

for (const url of ['http://localhost', 'localhost:6379', 'not a url']) {
  test(`[SERVICES-21] REDIS_URL=${url} is refused`, async () => {
    const attempt = startRedis({ environment: { PATH, REDIS_URL: url } });
    await assert.rejects(attempt, { code: 'MILLRACE_SERVICES_URL_INVALID' });
  });
}

test('[SERVICES-21] a server that refuses the password, or says nothing, is an error without the password', async (t) => {
  const refusing = createServer((socket) => socket.end('-WRONGPASS no\r\n')).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  t.after(() => refusing.close());
  const address = refusing.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const environment = { PATH, REDIS_URL: `redis://user:hidden@127.0.0.1:${port}` };
  const error = await startRedis({ environment }).catch((reason) => reason);
  assert.equal(error.code, 'MILLRACE_SERVICES_UNREACHABLE');
  assert.match(error.message, /WRONGPASS/);
  assert.ok(!error.message.includes('hidden'));
});

test('[SERVICES-22] without a server it is undefined, and one line says what to install', async () => {
  const said: string[] = [];
  assert.equal(await startRedis({ environment: { PATH: '/nowhere' }, say: (line) => said.push(line) }), undefined);
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /redis-server or valkey-server.*REDIS_URL.*memory/);
});

test('[SERVICES-20] a program that is no server is an error with its last words', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-fake-redis-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'valkey-server'), '#!/bin/sh\necho out of luck\nexit 3\n');
  await chmod(join(folder, 'valkey-server'), 0o755);
  const attempt = startRedis({ environment: { PATH: folder } });
  await assert.rejects(attempt, {
    code: 'MILLRACE_SERVICES_START_FAILED',
    message: /Redis did not start: out of luck/,
  });
});
