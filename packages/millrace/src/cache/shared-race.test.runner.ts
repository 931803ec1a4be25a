import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RaceCounts } from './shared-race.test.model.ts';

/** Runs so many races from a seed on. Rejects with the seed of the one that broke a promise. @param door of the cache that is raced */
export async function runSharedRaces(
  from: number,
  races: number,
  door: string = new URL('./index.ts', import.meta.url).href,
): Promise<RaceCounts> {
  const worker = new Worker(new URL('./shared-race.test.worker.ts', import.meta.url), {
    workerData: { from, races, door },
  });
  const [counts] = (await once(worker, 'message')) as [RaceCounts];
  return counts;
}
