import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { startService } from './local-service.test.ts';

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
  const { total, validity, arrivals } = JSON.parse(output) as LoadResult;
  const { client = 0, timeout = 0 } = total.errors;
  assert.ok(client > 0, JSON.stringify(total.errors));
  assert.equal(client + timeout, arrivals.planned);
  assert.equal(validity.verdict, 'invalid');
  assert.match(validity.reasons.join(), /could not send \d+ × \(EMFILE\)/);
});
