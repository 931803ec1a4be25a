import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/redis` throws. */
export type RedisErrorCode =
  | 'MILLRACE_REDIS_CLOSED'
  | 'MILLRACE_REDIS_LOST'
  | 'MILLRACE_REDIS_NOT_READY'
  | 'MILLRACE_REDIS_OPTION_INVALID'
  | 'MILLRACE_REDIS_REFUSED'
  | 'MILLRACE_REDIS_TIMEOUT';

/** Errors of `millrace/redis`. None holds a key, a value or an address. */
export const REDIS_ERRORS: ErrorTable<RedisErrorCode> = defineErrors({
  MILLRACE_REDIS_CLOSED: {
    message: 'the Redis driver is closed',
    mend: 'close the driver after everything that uses it',
    status: 503,
  },
  MILLRACE_REDIS_LOST: {
    message: 'the connection to Redis was lost while {command} was under way: {reason}',
    mend: 'look at the Redis server and the network; whether the command was carried out is not known',
    status: 503,
  },
  MILLRACE_REDIS_NOT_READY: {
    message: 'there is no connection to Redis, so {command} was not sent: {reason}',
    mend: 'look at the Redis server and the network; the driver connects again by itself',
    status: 503,
  },
  MILLRACE_REDIS_OPTION_INVALID: {
    message: 'Redis driver option {option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_REDIS_REFUSED: {
    message: 'Redis refused {command}: {kind}',
    mend: 'look the word up in the Redis documentation: READONLY and MASTERDOWN mean a failover, OOM and MISCONF a full server, NOAUTH, WRONGPASS and NOPERM the credentials',
    status: 503,
  },
  MILLRACE_REDIS_TIMEOUT: {
    message: 'Redis did not answer {command} within {timeoutMs} ms',
    mend: 'find what keeps Redis busy, or raise `commandTimeoutMs`',
    status: 503,
  },
});
