import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { readJournal } from '../journal/index.ts';
import { PLAIN, startSmallService, sumsOf } from './fixtures.test.ts';
import { runLoadInWorkers } from './run-load-in-workers.ts';

const RUN = new URL('./run-load-in-workers.ts', import.meta.url).href;

/** A generator that says `journaled` once its journal holds a second state. */
function generatorCode(target: string, journal: string): string {
  const model = { kind: 'constant', ratePerSecond: 200, durationMs: 60_000 };
  const options = { target, source: PLAIN, model, seed: 1, workers: 2, journal };
  return `
    const { statSync } = await import('node:fs');
    const { runLoadInWorkers } = await import(${JSON.stringify(RUN)});
    const sizes = new Set();
    const onProgress = () => {
      sizes.add(statSync(${JSON.stringify(journal)}).size);
      if (sizes.size === 3) process.stdout.write('journaled');
    };
    await runLoadInWorkers({ ...${JSON.stringify(options)}, onProgress });
  `;
}

test('[JOURNAL-6] what a killed process leaves is read: whole until its last second, and its sums hold', async () => {
  await using service = await startSmallService();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-killed-'));
  const journal = join(folder, 'run.journal');
  const flags = ['--conditions=millrace-source', '--input-type=module', '-e', generatorCode(service.url, journal)];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const result = await readJournal(journal);
    const { arrivals, total, interrupted, remarks, generator } = result;
    assert.equal(interrupted, true);
    assert.ok(total.ok > 0 && arrivals.planned < 12_000);
    assert.deepEqual(sumsOf(result), { all: arrivals.planned, inSeconds: arrivals.planned });
    assert.equal(remarks.at(-1)?.code, 'unfinished');
    assert.equal(generator.workers, 2);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test('[WORKER-5] one of two workers that is terminated amid the run: the other goes on, and the loss is stated', async () => {
  await using service = await startSmallService();
  const workers: Worker[] = [];
  const keep = (worker: Worker): void => void workers.push(worker);
  process.on('worker', keep);
  try {
    const result = await runLoadInWorkers({
      ...{ target: service.url, source: PLAIN, seed: 1, workers: 2 },
      model: { kind: 'constant', ratePerSecond: 200, durationMs: 1_500 },
      onProgress: ({ completed }) => {
        if (completed > 20) void workers[1]?.terminate();
      },
    });
    const { arrivals, total, validity } = result;
    assert.deepEqual([arrivals.planned, result.interrupted, validity.verdict], [300, false, 'invalid']);
    assert.deepEqual(sumsOf(result), { all: 300, inSeconds: 300 });
    assert.ok(total.ok >= 150 && (total.errors.unsent ?? 0) > 0, `${total.ok}`);
    const lost = validity.reasons.filter(({ code }) => code === 'worker-lost');
    assert.deepEqual(
      lost.map(({ values }) => 'count' in values && values.count),
      [1],
    );
  } finally {
    process.off('worker', keep);
  }
});
