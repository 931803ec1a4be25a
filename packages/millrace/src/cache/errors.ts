import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/cache` throws. */
export type CacheErrorCode =
  | 'MILLRACE_CACHE_CLOSED'
  | 'MILLRACE_CACHE_KEY_INVALID'
  | 'MILLRACE_CACHE_LOADS_FULL'
  | 'MILLRACE_CACHE_LOAD_TIMEOUT'
  | 'MILLRACE_CACHE_OPTION_INVALID';

/** Errors of `millrace/cache`. */
export const CACHE_ERRORS: ErrorTable<CacheErrorCode> = defineErrors({
  MILLRACE_CACHE_CLOSED: {
    message: 'cache {cache} is closed',
    mend: 'close the cache after everything that loads through it has stopped',
    status: 503,
  },
  MILLRACE_CACHE_KEY_INVALID: {
    message: 'not a cache key: {problem}',
    mend: 'pass a string, or a non-empty array of strings and finite numbers',
  },
  MILLRACE_CACHE_LOADS_FULL: {
    message: 'cache {cache} has {limit} loads in flight already',
    mend: 'make the loads faster, or raise `maxLoads`',
    status: 503,
  },
  MILLRACE_CACHE_LOAD_TIMEOUT: {
    message: 'cache {cache}: a load did not end within {timeoutMs} ms',
    mend: 'let the load heed its `signal`, find what is slow, or raise `loadTimeoutMs`',
    status: 504,
  },
  MILLRACE_CACHE_OPTION_INVALID: {
    message: 'cache option {option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
});
