/** The body of a hash thread: one job in, one answer out. Whatever is thrown here ends the thread. @module */
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { hashArgon2id, verifyDerived } from './derived-hash.ts';
import type { HashAnswer, HashJob, HashThreadSettings } from './hash-thread.ts';
import { parseStoredHash } from './stored-hash.ts';

const load = createRequire(import.meta.url);

// Only on Linux is "process 0" the calling thread; elsewhere this would slow the whole service.
if (process.platform === 'linux') {
  try {
    setPriority(0, (workerData as HashThreadSettings).niceness);
  } catch {
    // Without the right to lower its priority the thread hashes as well.
  }
}

parentPort?.on('message', (job: HashJob) => {
  const run = prepare(job);
  const startedAt = performance.now();
  const value = run();
  parentPort?.postMessage({ value, elapsedMs: performance.now() - startedAt } satisfies HashAnswer);
});

/** What is to be timed. The package for bcrypt is loaded by the first job that needs it, and by no other. */
function prepare(job: HashJob): () => boolean | string {
  const { password } = job;
  if ('argon2id' in job) return () => hashArgon2id(password, job.argon2id);
  if ('hash' in job) {
    const stored = parseStoredHash(job.hash);
    if (stored.algorithm !== 'bcrypt') return () => verifyDerived(password, stored);
  }
  const { hashSync, verifySync } = load('@node-rs/bcrypt') as typeof import('@node-rs/bcrypt');
  return () => ('hash' in job ? verifySync(password, job.hash) : hashSync(password, { cost: job.cost }));
}
