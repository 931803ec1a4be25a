import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LogFault } from './simulated-log.test.model.ts';

/**
 * Runs so many races, in a thread of their own: the runner watches every promise of its own thread, which makes them ten
 * times as slow. Rejects with the counterexample.
 */
export async function runRaces(numRuns: number, seed: number, fault?: LogFault): Promise<void> {
  const resourceLimits = { maxYoungGenerationSizeMb: 64 };
  const worker = new Worker(new URL('./revocation-race.test.worker.ts', import.meta.url), {
    workerData: { numRuns, seed, fault },
    resourceLimits,
  });
  const [problem] = (await once(worker, 'message')) as [string];
  await worker.terminate();
  if (problem !== '') throw new Error(problem);
}
