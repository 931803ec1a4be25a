import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/testing` throws. */
export type TestingErrorCode =
  | 'MILLRACE_TESTING_CLOCK_BUSY'
  | 'MILLRACE_TESTING_CLOCK_STEP'
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
  MILLRACE_TESTING_TIMER_STORM: {
    message: 'more than {limit} timers fired within one advance()',
    mend: 'look for a timer that schedules itself again without delay, or advance in smaller steps',
  },
});
