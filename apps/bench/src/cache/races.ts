import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Measurement } from '../measurement.ts';

/* The races of several processes that the cache's own tests run, in a number that takes too long for a test. */

const WORKER = new URL('../../../../packages/millrace/src/cache/shared-race.test.worker.ts', import.meta.url);
const DOOR = new URL('../../../../packages/millrace/src/cache/index.ts', import.meta.url).href;
const THREADS = 2;

/**
 * Interleavings in which a process gave less than what it had invalidated, or any process less than what anybody had once
 * all was well again. A thread ends at the first that it finds, so more than none is only a lower bound.
 */
export async function measureRaces(races: number): Promise<Measurement> {
  const each = Math.ceil(races / THREADS);
  const broken = await Promise.all(Array.from({ length: THREADS }, (_, at) => brokenBetween(1 + at * each, each)));
  const value = broken.reduce((sum, one) => sum + one, 0);
  return { goal: 'cache.races.broken', value, spread: null, ...(value > 0 && { bound: 'at-least' as const }) };
}

/** 1 when a race of these seeds broke a promise; anything else that goes wrong is thrown. */
async function brokenBetween(from: number, races: number): Promise<number> {
  const worker = new Worker(WORKER, { workerData: { from, races, door: DOOR } });
  try {
    await once(worker, 'message');
    return 0;
  } catch (error) {
    if (!/^race \d+: /.test((error as Error).message)) throw error;
    console.error((error as Error).message);
    return 1;
  } finally {
    await worker.terminate();
  }
}
