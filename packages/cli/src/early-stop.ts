import { judgeThresholds, type LoadProgress, type Threshold, type ThresholdOutcome } from '@millrace/load';

/** With fewer arrivals settled the first error would be most of them. */
const LEAST_SETTLED = 100;
const JUDGE_EVERY_MS = 1000;

/** Watches a run and ends it once a threshold is missed. */
export interface EarlyStop {
  readonly signal: AbortSignal;
  /** The threshold that was missed, and what was found; undefined when none was. */
  readonly cause: ThresholdOutcome | undefined;
  listen(progress: LoadProgress): void;
}

/** Judges the thresholds once a second, by all that has been settled until then. */
export function watchThresholds(thresholds: readonly Threshold[]): EarlyStop {
  const controller = new AbortController();
  let judgedAt = 0;
  let cause: ThresholdOutcome | undefined;
  return {
    signal: controller.signal,
    get cause() {
      return cause;
    },
    listen({ elapsedMs, completed, planned, total }) {
      if (thresholds.length === 0 || completed < LEAST_SETTLED || elapsedMs - judgedAt < JUDGE_EVERY_MS) return;
      judgedAt = elapsedMs;
      const figures = total?.();
      if (figures === undefined || cause !== undefined) return;
      const arrivals = { planned };
      cause = judgeThresholds(thresholds, { total: figures, arrivals, achievedRatio: 1 }).find(
        ({ outcome }) => outcome === 'missed',
      );
      if (cause !== undefined) controller.abort();
    },
  };
}
