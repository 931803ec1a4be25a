/** Values kept in memory, never older than the last invalidation. @module */
export { type Cache, type CacheStats, createCache, type EntryOptions } from './cache.ts';
export type { CacheKey } from './cache-key.ts';
export type { CacheOptions } from './cache-options.ts';
export { CACHE_ERRORS, type CacheErrorCode } from './errors.ts';
export type { LoadContext } from './flights.ts';
