import { parentPort, workerData } from 'node:worker_threads';
import type { createCache as Create } from './index.ts';
import { type RaceCounts, seededSharedRace } from './shared-race.test.model.ts';

/* Runs races in a thread of its own: the runner watches every promise of its own thread, which makes them ten times as slow. */

const { from, races, door } = workerData as { readonly from: number; readonly races: number; readonly door: string };
const { createCache } = (await import(door)) as { readonly createCache: typeof Create };
Error.stackTraceLimit = 0; // A race throws dozens of errors, and one that fails is known by its seed.
const counts: RaceCounts = { hits: 0, sharedHits: 0, averted: 0, resets: 0, invalidations: 0 };
for (let seed = from; seed < from + races; seed++) {
  await seededSharedRace(seed, createCache, counts).catch((cause: Error) => {
    throw new Error(`race ${seed}: ${cause.message}`, { cause });
  });
}
parentPort?.postMessage(counts);
