import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/testing` throws. */
export type TestingErrorCode =
  | 'MILLRACE_TESTING_CLOCK_BUSY'
  | 'MILLRACE_TESTING_CLOCK_STEP'
  | 'MILLRACE_TESTING_OPTION_INVALID'
  | 'MILLRACE_TESTING_PROXY_ADDRESS'
  | 'MILLRACE_TESTING_PROXY_LISTEN'
  | 'MILLRACE_TESTING_TIMER_STORM';

/** Errors of `millrace/testing`. */
export const TESTING_ERRORS: ErrorTable<TestingErrorCode> = defineErrors({
  MILLRACE_TESTING_CLOCK_BUSY: {
    message: 'the fake clock is advancing already',
    mend: 'await one advance() before the next',
  },
  MILLRACE_TESTING_CLOCK_STEP: {
    message: 'a fake clock cannot move by {ms} ms',
    mend: 'pass a finite number of milliseconds; advance() takes none below 0',
  },
  MILLRACE_TESTING_OPTION_INVALID: {
    message: '{option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_TESTING_PROXY_ADDRESS: {
    message: 'the fault proxy cannot use {address} as its {role}',
    mend: 'name a port of a loopback address (127.0.0.0/8, ::1, localhost) or the path of a Unix socket',
  },
  MILLRACE_TESTING_PROXY_LISTEN: {
    message: 'the fault proxy cannot listen on {address} ({reason})',
    mend: 'leave `listen` out for a free port, or name an address that is free and allowed',
  },
  MILLRACE_TESTING_TIMER_STORM: {
    message: 'more than {limit} timers fired within one advance()',
    mend: 'look for a timer that schedules itself again without delay, or advance in smaller steps',
  },
});
