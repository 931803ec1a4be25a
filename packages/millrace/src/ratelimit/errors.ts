import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/ratelimit` throws. */
export type RateLimitErrorCode =
  | 'MILLRACE_RATELIMIT_CLOSED'
  | 'MILLRACE_RATELIMIT_COST_INVALID'
  | 'MILLRACE_RATELIMIT_KEY_INVALID'
  | 'MILLRACE_RATELIMIT_OPTION_INVALID'
  | 'MILLRACE_RATELIMIT_SLOT_LOST';

/** Errors of `millrace/ratelimit`. None holds a key. That something is over its limit is no error but a decision. */
export const RATELIMIT_ERRORS: ErrorTable<RateLimitErrorCode> = defineErrors({
  MILLRACE_RATELIMIT_CLOSED: {
    message: 'rate limiter {limiter} is closed',
    mend: 'close the limiter after everything that asks it has stopped',
    status: 503,
  },
  MILLRACE_RATELIMIT_COST_INVALID: {
    message: 'a cost is {cost}, allowed: a whole number from 0 to {most}',
    mend: 'count in whole units, e.g. tokens or kilobytes, and refuse what costs more before it comes here',
  },
  MILLRACE_RATELIMIT_KEY_INVALID: {
    message: 'not a key of a rate limit: {problem}',
    mend: 'pass a string, or a non-empty array of strings; a key that may be missing needs a decision of its own',
  },
  MILLRACE_RATELIMIT_OPTION_INVALID: {
    message: 'rate limit option {option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_RATELIMIT_SLOT_LOST: {
    message: 'a slot of {limiter} could not be renewed in time',
    mend: 'stop what needs the slot, and find what kept Redis or this process busy; raise `termMs` where pauses are longer',
    status: 503,
  },
});
