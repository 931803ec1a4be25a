import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateLoadingCache, LoadingCache } from './memory-caches.ts';

/** Which row a reader gets who comes after everything has ended. */
export type Seen = 'old' | 'new';

/** A load has read the old row; the row changes and is invalidated; the load ends. Then somebody reads. */
export async function invalidateDuringLoad(
  create: CreateLoadingCache,
  invalidate: (cache: LoadingCache) => Promise<unknown> | undefined,
): Promise<Seen> {
  let row: Seen = 'old';
  const began = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const rows = { old: 1, new: 2 } as const;
  const cache = create(async () => {
    const read = rows[row];
    began.resolve();
    await mayEnd.promise;
    return read;
  });
  // Whether who waits gets the row of then or an error is no matter here.
  const first = cache.read('row').catch(() => undefined);
  await began.promise;
  row = 'new';
  await invalidate(cache);
  await sleep(A_MOMENT_MS);
  mayEnd.resolve();
  await first;
  return (await cache.read('row')) === rows.old ? 'old' : 'new';
}

/** How a cache treats an origin that fails. */
export interface OriginCalls {
  readonly calls: number;
  /** Most at the same time. */
  readonly atOnce: number;
}

/** So many callers ask for one key while its origin, slow already, fails. */
export async function failingOrigin(create: CreateLoadingCache, callers: number): Promise<OriginCalls> {
  let calls = 0;
  let running = 0;
  let atOnce = 0;
  const cache = create(async () => {
    calls++;
    atOnce = Math.max(atOnce, ++running);
    await sleep(A_MOMENT_MS);
    running--;
    throw new Error('the origin failed');
  });
  const asked: Promise<unknown>[] = [];
  for (let caller = 0; caller < callers; caller++) {
    asked.push(cache.read('row').catch(() => undefined));
    await sleep(A_MOMENT_MS / 5);
  }
  await Promise.all(asked);
  return { calls, atOnce };
}

/** Longer than the clock's finest step of any cache, so that what came after has a later time. */
const A_MOMENT_MS = 10;
