import { type Clock, systemClock } from 'millrace/core';
import { createReadCache, type ReadCache } from './read-cache.ts';

/** A double for the tests of this folder: what is stored is how many writes there were. */
export interface CountedStore {
  readonly cache: ReadCache;
  readonly read: () => Promise<never>;
  readonly write: () => Promise<never>;
}

/** @param fails whether each write rejects after it was stored */
export function createCountedStore(fails: boolean, clock: Clock = systemClock): CountedStore {
  let written = 0;
  return {
    cache: createReadCache({ maxEntries: 1_000, clock }),
    read: async () => written as never,
    async write() {
      written++;
      if (fails) throw new Error('the answer was lost');
      return written as never;
    },
  };
}
