import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { startService } from './local-service.test.ts';
import { runLoad } from './run-load.ts';

const ON_LINUX = { skip: process.platform !== 'linux' };
const RUN_LOAD = new URL('./run-load.ts', import.meta.url).href;

/** A generator that may open few files: runs the load of 40 connections and prints the result. */
function generatorCode(target: string): string {
  return `
    const { runLoad } = await import(${JSON.stringify(RUN_LOAD)});
    const steps = [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }];
    const scenario = { name: 'one', users: 1, createUser: () => undefined, steps };
    const arrivals = { kind: 'constant', ratePerSecond: 200, durationMs: 300 };
    const options = { target: ${JSON.stringify(target)}, scenario, arrivals, seed: 1, timeoutMs: 400 };
    console.log(JSON.stringify(await runLoad(options)));
  `;
}

test('[LOAD-45] out of file descriptors: client errors, and the run is invalid', {
  skip: process.platform === 'win32',
}, async () => {
  await using server = await startService(() => {});
  const node = [
    process.execPath,
    '--conditions=millrace-source',
    '--input-type=module',
    '-e',
    generatorCode(server.url),
  ];
  const child = spawn('sh', ['-c', 'ulimit -n 48 && exec "$@"', 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  await once(child, 'close');
  const { total, validity, arrivals, remarks } = JSON.parse(output) as LoadResult;
  const { client = 0, timeout = 0 } = total.errors;
  assert.ok(client > 0, JSON.stringify(total.errors));
  assert.equal(client + timeout, arrivals.planned);
  assert.equal(validity.verdict, 'invalid');
  assert.equal(remarks[0]?.code, process.platform === 'linux' ? 'few-files' : undefined);
  const failed = validity.reasons.find(({ code }) => code === 'cannot-send');
  assert.deepEqual(failed?.values, { count: client, bound: 0, cause: 'EMFILE' });
});

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

const READ: Scenario = {
  name: 'one',
  users: 1,
  createUser: () => undefined,
  steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
};

test('[LOAD-43] a connection that does not come about in time is a timeout', ON_LINUX, async () => {
  const { child, port } = await startDeaf();
  try {
    const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 80 } as const;
    const target = `http://127.0.0.1:${port}`;
    const { total } = await runLoad({ target, scenario: READ, arrivals, seed: 1, timeoutMs: 150, drainMs: 2_000 });
    assert.deepEqual(total.errors, { timeout: 8 });
    assert.ok(total.responseTimeUs.min >= 150_000);
    // The first few stand in the queue of the system and were written; the others never had a connection.
    assert.ok(total.sent < 8, `${total.sent}`);
  } finally {
    child.kill('SIGKILL');
  }
});

test('[LOAD-64] an interruption ends the search for the target too', ON_LINUX, async () => {
  const { child, port } = await startDeaf();
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  try {
    await Promise.race(fillers.map((filler) => once(filler, 'connect')));
    const signal = AbortSignal.timeout(50);
    const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 1_000 } as const;
    const run = runLoad({ target: `http://127.0.0.1:${port}`, scenario: READ, arrivals, seed: 1, signal });
    await assert.rejects(run, { code: 'MILLRACE_LOAD_TARGET_UNREACHABLE', message: /interrupted/ });
  } finally {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  }
});
