/** The body of a hash thread: one job in, one answer out. Whatever is thrown here ends the thread. @module */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/bcrypt';
import type { HashAnswer, HashJob, HashThreadSettings } from './hash-thread.ts';

// Only on Linux is "process 0" the calling thread; elsewhere this would slow the whole service.
if (process.platform === 'linux') {
  try {
    setPriority(0, (workerData as HashThreadSettings).niceness);
  } catch {
    // Without the right to lower its priority the thread hashes as well.
  }
}

parentPort?.on('message', (job: HashJob) => {
  const startedAt = performance.now();
  const value = 'hash' in job ? verifySync(job.password, job.hash) : hashSync(job.password, { cost: job.cost });
  parentPort?.postMessage({ value, elapsedMs: performance.now() - startedAt } satisfies HashAnswer);
});
