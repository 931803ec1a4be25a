import { defineErrors, type ErrorTable } from 'millrace/core';

/** The codes that a comparison throws. */
export type CompareErrorCode =
  | 'MILLRACE_COMPARE_NOTHING'
  | 'MILLRACE_COMPARE_PROOF_UNSOUND'
  | 'MILLRACE_COMPARE_RUN_INTERRUPTED'
  | 'MILLRACE_COMPARE_RUN_INVALID'
  | 'MILLRACE_COMPARE_RUN_REPEATED'
  | 'MILLRACE_COMPARE_RUNS_DIFFER';

/** Why results cannot be compared. */
export const COMPARE_ERRORS: ErrorTable<CompareErrorCode> = defineErrors({
  MILLRACE_COMPARE_NOTHING: {
    message: '{side} holds no run to compare',
    mend: 'give each side the results of at least one run of the same load',
  },
  MILLRACE_COMPARE_PROOF_UNSOUND: {
    message: '{proof} tells nothing of its arms: {reason}',
    mend: 'mend the arm, and run the proof again',
  },
  MILLRACE_COMPARE_RUN_INTERRUPTED: { message: '{run} was interrupted', mend: 'leave it out, or run it again' },
  MILLRACE_COMPARE_RUN_INVALID: {
    message: '{run} is invalid, its generator could not keep the schedule ({reasons})',
    mend: 'leave it out, or run it again on a quieter machine or at a lower rate',
  },
  MILLRACE_COMPARE_RUN_REPEATED: {
    message: '{run} is the same run as {other}',
    mend: 'give each run once; a copy is no second round',
  },
  MILLRACE_COMPARE_RUNS_DIFFER: {
    message: '{run} is not comparable with {other}: {field} is {value}, not {expected}',
    mend: 'compare runs of one scenario under one schedule',
  },
});
