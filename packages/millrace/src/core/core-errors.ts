import { defineErrors, type ErrorTable } from './errors.ts';

/** The codes that `millrace/core` throws. */
export type CoreErrorCode =
  | 'MILLRACE_CORE_CLOSED'
  | 'MILLRACE_CORE_DEADLINE_EXCEEDED'
  | 'MILLRACE_CORE_OPTION_INVALID'
  | 'MILLRACE_CORE_OPTION_UNKNOWN'
  | 'MILLRACE_CORE_SINGLE_FLIGHT_FULL'
  | 'MILLRACE_CORE_SNAPSHOT_INVALID';

/** Errors of `millrace/core`. */
export const CORE_ERRORS: ErrorTable<CoreErrorCode> = defineErrors({
  MILLRACE_CORE_CLOSED: {
    message: '{what} is closed',
    mend: 'do not start work after close(); close it only when nothing uses it any more',
    status: 503,
  },
  MILLRACE_CORE_DEADLINE_EXCEEDED: {
    message: 'not finished within {ms} ms',
    mend: 'find what is slow, or give it more time',
    status: 504,
  },
  MILLRACE_CORE_OPTION_INVALID: {
    message: '{option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_CORE_OPTION_UNKNOWN: {
    message: '{what} has no option {option}',
    mend: 'write `{nearest}`, if that is meant; there are {known}',
  },
  MILLRACE_CORE_SINGLE_FLIGHT_FULL: {
    message: '{limit} loads are in flight already',
    mend: 'make the loads faster, or raise `maxInFlight`',
    status: 503,
  },
  MILLRACE_CORE_SNAPSHOT_INVALID: {
    message: 'not a histogram snapshot: {problem}',
    mend: 'pass what Histogram.snapshot() gave; to subtract, both must come from one process',
  },
});
