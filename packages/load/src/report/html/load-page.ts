import type { LoadResult, Machine } from '../../result/index.ts';
import type { ThresholdOutcome } from '../../thresholds/index.ts';
import type { LoadStyle } from '../load/load-style.ts';

/** What the sections of a run's page share. */
export interface LoadPage extends LoadStyle {
  readonly result: LoadResult;
  readonly thresholds: readonly ThresholdOutcome[];
  /** What ended the run early; undefined when nothing did, or somebody. */
  readonly stoppedBy: ThresholdOutcome | undefined;
  /** What the generator ran on; undefined when nobody said it. */
  readonly machine: Machine | undefined;
}
