import type { Comparison, LoadResult, ThresholdOutcome } from '@millrace/load';
import type { ProofResult, TableRow } from '@millrace/load/prove';
import { MillraceError } from 'millrace/core';

/** How the command ends; listed in `millrace --help`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  invalid: 4,
  differing: 5,
  missed: 6,
  undecided: 7,
  interrupted: 130,
} as const;

const UNREACHABLE: ReadonlySet<string> = new Set([
  'MILLRACE_LOAD_TARGET_UNREACHABLE',
  'MILLRACE_PROVE_ARM_DIED',
  'MILLRACE_PROVE_ARM_NOT_READY',
  'MILLRACE_PROVE_COUNTERS_UNREADABLE',
  'MILLRACE_PROVE_DIGEST_UNANSWERED',
  'MILLRACE_PROVE_PROBE_FAILED',
]);

/**
 * The code for an error. Errors with a code of their own name something that the reader can mend: the service does not
 * answer, or what it was given is wrong. Anything else is a fault of the program.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof MillraceError && error.code === 'MILLRACE_COMPARE_RUN_INVALID') return EXIT.invalid;
  if (error instanceof MillraceError) return UNREACHABLE.has(error.code) ? EXIT.unreachable : EXIT.usage;
  return isSystemError(error) ? EXIT.usage : EXIT.failed;
}

/**
 * The code for a finished proof. An arm that was lost leaves the rest of the result, but says so. Single spoiled runs
 * are shown in the report; half of them spoil the whole. A row without one good answer was not measured at all.
 */
export function exitCodeOfProof(result: ProofResult): number {
  const { outcome, death, validity, capacity } = result;
  if (outcome === 'interrupted') return EXIT.interrupted;
  if (death !== undefined) return UNREACHABLE.has(death.code) ? EXIT.unreachable : EXIT.usage;
  if (outcome === 'digests-differ') return EXIT.differing;
  const lost = capacity.flatMap(({ arms }) => arms).filter(({ death }) => death !== null);
  if (lost.length > 0)
    return lost.every(({ limitedBy }) => limitedBy === 'port-in-use') ? EXIT.usage : EXIT.unreachable;
  if (validity.invalid.length * 2 > validity.runs) return EXIT.invalid;
  return failedRows(result).length > 0 ? EXIT.missed : EXIT.ok;
}

/** Rows in which every request failed in every arm: their steps ask for what is not there. */
export function failedRows({ rows }: ProofResult): readonly TableRow[] {
  return rows.filter(({ arms }) => arms.every(({ requests, errors }) => requests > 0 && errors === requests));
}

/** What the code of a run is made from. */
type EndedRun = Pick<LoadResult, 'interrupted' | 'validity'> & {
  /** What ended it early. */
  readonly stoppedBy?: ThresholdOutcome;
};

/** The code for a run. Figures that the generator spoilt are not held against thresholds. */
export function exitCodeOfLoad(run: EndedRun, thresholds: readonly ThresholdOutcome[]): number {
  const { interrupted, validity, stoppedBy } = run;
  if (interrupted && stoppedBy === undefined) return EXIT.interrupted;
  if (validity.verdict === 'invalid') return EXIT.invalid;
  if (stoppedBy !== undefined) return EXIT.missed;
  return thresholds.every(({ outcome }) => outcome === 'met') ? EXIT.ok : EXIT.missed;
}

/** The code for a comparison: worse is a miss, better is none. */
export function exitCodeOfComparison({ verdict }: Comparison): number {
  if (verdict === 'worse') return EXIT.missed;
  return verdict === 'cannot-tell' ? EXIT.undecided : EXIT.ok;
}

/** An error of the operating system, such as EADDRINUSE. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
