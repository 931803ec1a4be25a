import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withTimeout } from 'millrace/core';
import { trialMoments } from './trial/moments.ts';
import { settled, trialFolder } from './trial/trial.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const skip = process.platform === 'linux' ? false : 'the leftovers are looked for in /proc';
const GONE_TIMEOUT_MS = 30_000;

/** The main job as the leader of a group, with all its services below `folder` and its report in `results`. */
function startMainJob(folder: string, results: string): ChildProcess {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...environment } = process.env;
  const files = ['--json', path.join(results, 'proof.json'), '--html', path.join(results, 'proof.html')];
  const command = ['--conditions=millrace-source', 'packages/cli/src/main.ts', 'prove', 'apps/reference/prove.ts'];
  return spawn(process.execPath, [...command, '--quick', '--once', ...files], {
    cwd: ROOT,
    detached: true,
    stdio: 'ignore',
    env: { ...environment, TMPDIR: folder },
  });
}

/** Starts the main job, ends it after a while, and answers what is left of it. */
async function endMainJob(signal: 'SIGINT' | 'SIGKILL', afterMs: number): Promise<string[]> {
  await using folder = await trialFolder();
  const results = await mkdtemp(path.join(tmpdir(), 'millrace-results-'));
  const job = startMainJob(folder.path, results);
  const exit = once(job, 'exit');
  await sleep(afterMs);
  assert.equal(job.exitCode, null, 'the main job ended by itself');
  process.kill(signal === 'SIGINT' ? -Number(job.pid) : Number(job.pid), signal);
  await withTimeout(exit, GONE_TIMEOUT_MS);
  const left = await settled(folder.path);
  await rm(results, { recursive: true, force: true });
  return left;
}

// The first seconds hold the start of the servers, the data, the comparison and the first round with its burst.
for (const afterMs of trialMoments({ seed: 2_028, count: 10, windowMs: 30_000 })) {
  test(`[SERVICES-24] Ctrl-C of the main job after ${afterMs} ms leaves nothing`, { skip }, async () => {
    assert.deepEqual(await endMainJob('SIGINT', afterMs), []);
  });
}

for (const afterMs of trialMoments({ seed: 2_029, count: 10, windowMs: 30_000 })) {
  test(`[SERVICES-24] SIGKILL of the main job after ${afterMs} ms leaves nothing`, { skip }, async () => {
    assert.deepEqual(await endMainJob('SIGKILL', afterMs), []);
  });
}
