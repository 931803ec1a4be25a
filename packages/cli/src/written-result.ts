import type { JudgedResult, Machine, ThresholdOutcome } from '@millrace/load';

/** A run as `--json` writes it. */
export interface WrittenResult extends JudgedResult {
  /** What the generator ran on. */
  readonly machine?: Machine;
  /** What ended the run early: what was found for one of `--abort-on`. */
  readonly stoppedBy?: ThresholdOutcome;
}
