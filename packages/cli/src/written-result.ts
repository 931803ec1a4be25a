import type { JudgedResult, ThresholdOutcome } from '@millrace/load';
import type { Machine } from '@millrace/load/prove';

/** A run as `--json` writes it. */
export interface WrittenResult extends JudgedResult {
  /** What the generator ran on. */
  readonly machine?: Machine;
  /** What ended the run early: what was found for one of `--abort-on`. */
  readonly stoppedBy?: ThresholdOutcome;
}
