import { defineErrors, type ErrorTable } from '../core/index.ts';

/** The codes that `millrace/signals` makes; they are told as process warnings, never thrown. */
export type SignalsErrorCode = 'MILLRACE_SIGNALS_LISTENER_FAILED';

/** Errors of `millrace/signals`. */
export const SIGNALS_ERRORS: ErrorTable<SignalsErrorCode> = defineErrors({
  MILLRACE_SIGNALS_LISTENER_FAILED: {
    message: 'a listener of {channel} failed: {problem}',
    mend: 'mend the listener; its further errors are dropped',
  },
});
