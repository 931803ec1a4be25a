import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/cache` throws. */
export type CacheErrorCode =
  | 'MILLRACE_CACHE_ANSWERS_MISSING'
  | 'MILLRACE_CACHE_CLOSED'
  | 'MILLRACE_CACHE_ENCRYPTION_KEY_WORN'
  | 'MILLRACE_CACHE_INVALIDATION_PENDING'
  | 'MILLRACE_CACHE_KEY_INVALID'
  | 'MILLRACE_CACHE_LOADS_FULL'
  | 'MILLRACE_CACHE_LOAD_TIMEOUT'
  | 'MILLRACE_CACHE_MSGPACKR_MISSING'
  | 'MILLRACE_CACHE_NOTHING_PREVIOUS'
  | 'MILLRACE_CACHE_OPTION_INVALID'
  | 'MILLRACE_CACHE_ORIGIN_FAILING'
  | 'MILLRACE_CACHE_UNKNOWN'
  | 'MILLRACE_CACHE_VALUE_TOO_LARGE'
  | 'MILLRACE_CACHE_VALUE_UNCLONEABLE'
  | 'MILLRACE_CACHE_VALUE_UNSERIALIZABLE';

/** Errors of `millrace/cache`. */
export const CACHE_ERRORS: ErrorTable<CacheErrorCode> = defineErrors({
  MILLRACE_CACHE_ANSWERS_MISSING: {
    message: 'a loader of many keys was asked for {asked} answers and gave another number',
    mend: 'let it answer with an array of one answer a key, in their order, undefined where there is none',
  },
  MILLRACE_CACHE_CLOSED: {
    message: 'cache {cache} is closed',
    mend: 'close the cache after everything that loads through it has stopped',
    status: 503,
  },
  MILLRACE_CACHE_ENCRYPTION_KEY_WORN: {
    message: 'the encryption key has written {values} values, as many as it may',
    mend: 'give the codec a new key as `encryption.current`, and keep the old one among `encryption.keys` until its values are gone',
  },
  MILLRACE_CACHE_INVALIDATION_PENDING: {
    message:
      'cache {cache}: an invalidation counts in this process, and in the others once the shared log can be reached',
    mend: 'look at the shared tier; there is no need to repeat the invalidation while this process lives',
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
  MILLRACE_CACHE_MSGPACKR_MISSING: {
    message: 'the serializer needs the package msgpackr, which is not installed',
    mend: 'npm install msgpackr',
  },
  MILLRACE_CACHE_NOTHING_PREVIOUS: {
    message: 'a loader said that nothing was modified, and there is no previous value',
    mend: 'ask conditionally only when `context.previous` is not undefined',
  },
  MILLRACE_CACHE_OPTION_INVALID: {
    message: 'cache option {option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_CACHE_ORIGIN_FAILING: {
    message: 'cache {cache}: another process failed to load this key a moment ago',
    mend: 'look at the origin; it is tried again after `retryAfterMs`',
    status: 503,
  },
  MILLRACE_CACHE_UNKNOWN: {
    message: 'there is no cache {cache}; there are: {known}',
    mend: 'name one of `caches`, or `cache/namespace`',
    status: 404,
  },
  MILLRACE_CACHE_VALUE_TOO_LARGE: {
    message: 'a value of {bytes} bytes cannot be shared, `{option}` is {limit}',
    mend: 'cache what is needed of it, in several values, or raise `{option}`',
  },
  MILLRACE_CACHE_VALUE_UNCLONEABLE: {
    message: 'a value holds what `structuredClone` cannot copy, a function for one',
    mend: "cache plain data, or choose `sharing: 'freeze'` for the cache",
  },
  MILLRACE_CACHE_VALUE_UNSERIALIZABLE: {
    message: 'a value cannot be shared: {problem} at {path}',
    mend: 'leave it out, or use {keeper}',
  },
});
