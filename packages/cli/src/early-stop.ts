import {
  judgeThresholds,
  type LoadProgress,
  type LoadResult,
  type Threshold,
  type ThresholdOutcome,
} from '@millrace/load';

/** With fewer settled of what a threshold is about, the first error would be most of them. */
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
    listen({ elapsedMs, completed, live }) {
      if (thresholds.length === 0 || completed < LEAST_SETTLED || elapsedMs - judgedAt < JUDGE_EVERY_MS) return;
      judgedAt = elapsedMs;
      const figures = live?.();
      if (figures === undefined || cause !== undefined) return;
      const due = thresholds.filter(({ metric }) => settledOf(metric, figures) >= LEAST_SETTLED);
      cause = judgeThresholds(due, figures).find(({ outcome }) => outcome === 'missed');
      if (cause !== undefined) controller.abort();
    },
  };
}

/** How much is settled of what a threshold is about. */
function settledOf(metric: Threshold['metric'], { total, steps, groups, flows = {} }: LoadResult): number {
  const row = 'row' in metric ? metric.row : undefined;
  if (metric.kind === 'failed' || (metric.kind === 'time' && metric.of === 'flow')) {
    const rows = Object.entries(flows).filter(([name]) => row === undefined || name === row);
    return rows.reduce((sum, [, { ok, failed }]) => sum + ok + failed, 0);
  }
  const found = row === undefined ? total : (steps[row] ?? groups?.[row]);
  return found?.responseTimeUs.count ?? 0;
}
