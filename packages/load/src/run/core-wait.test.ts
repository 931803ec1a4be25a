import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { CoreWait } from './core-wait.ts';

const SPIN = 'const end = Date.now() + 400; while (Date.now() < end);';
const SPINNERS = 3 * availableParallelism();

test('[LOAD-152] waiting for a core is counted, and doing nothing is not', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux counts it');
  const idle = new CoreWait();
  await new Promise((resolve) => void setTimeout(resolve, 100));
  const idleMs = idle.ms;
  const busy = new CoreWait();
  const spinners = Array.from({ length: SPINNERS }, () => new Worker(SPIN, { eval: true }));
  const ended = Promise.all(spinners.map((spinner) => new Promise((resolve) => void spinner.once('exit', resolve))));
  const end = performance.now() + 300;
  while (performance.now() < end);
  const busyMs = busy.ms;
  await ended;
  for (const wait of [idle, busy]) wait.close();
  assert.ok(busyMs > idleMs, `${idleMs} ms idle, ${busyMs} ms beside ${SPINNERS} busy threads`);
});
