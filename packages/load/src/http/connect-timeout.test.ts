import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { openPool } from './pool-client.test.ts';

/** Listens and never accepts: once its short queue is full, the system drops further attempts to connect. */
const DEAF_SERVER = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(server.address().port + '\\n', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000);
    });
  });
`;

async function startDeaf(): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['-e', DEAF_SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, port: Number(line.toString()) };
}

test('[LOAD-43] a connection that does not come about in time is a timeout', {
  skip: process.platform !== 'linux',
}, async () => {
  const { child, port } = await startDeaf();
  try {
    using client = openPool(port, { timeoutMs: 150 });
    const endings = await Promise.all(Array.from({ length: 6 }, () => client.send({ method: 'GET', path: '/' })));
    for (const ending of endings) assert.ok(ending.kind === 'timeout' && ending.ms >= 150, JSON.stringify(ending));
    assert.ok(endings.some((ending) => 'reason' in ending && ending.reason === 'no connection in time'));
  } finally {
    child.kill('SIGKILL');
  }
});
