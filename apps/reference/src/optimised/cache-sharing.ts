import type { CacheStats } from 'millrace/cache';
import type { CacheSharing } from '../ports/index.ts';

/** What a cache says of its other instances; undefined in memory alone. */
export function sharingOf(
  cache: string,
  { shared, pending }: Pick<CacheStats, 'shared' | 'pending'>,
): CacheSharing | undefined {
  return shared === 'none' ? undefined : { cache, state: shared, pending };
}
