import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RaceCounts } from './shared-race.test.model.ts';

const THREADS = 2;

/** Runs so many races from a seed on, in two threads. Rejects with the seed of one that broke a promise. @param door of the cache that is raced */
export async function runSharedRaces(
  from: number,
  races: number,
  door: string = new URL('./index.ts', import.meta.url).href,
): Promise<RaceCounts> {
  const each = Math.ceil(races / THREADS);
  const workers = Array.from({ length: THREADS }, (_, at) => {
    const workerData = { from: from + at * each, races: each, door };
    // What a race leaves behind is short-lived: room for the young keeps the collector away.
    const resourceLimits = { maxYoungGenerationSizeMb: 64 };
    return new Worker(new URL('./shared-race.test.worker.ts', import.meta.url), { workerData, resourceLimits });
  });
  try {
    const counted = await Promise.all(workers.map((worker) => once(worker, 'message') as Promise<[RaceCounts]>));
    const sum: RaceCounts = { hits: 0, sharedHits: 0, averted: 0, resets: 0, invalidations: 0 };
    for (const [counts] of counted) {
      for (const what of Object.keys(sum) as (keyof RaceCounts)[]) sum[what] += counts[what];
    }
    return sum;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
