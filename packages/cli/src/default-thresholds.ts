import { type LoadResult, parseThreshold, type Threshold } from '@millrace/load';

const MAX_ERRORS = '1%';
const MAX_FAILED = 'flow.failed<=1%';

/** A run of mostly errors must not pass for a good one, so their share has a bound unless a threshold gives it one. */
export function readThresholds(texts: readonly string[], maxErrors: string | undefined): readonly Threshold[] {
  const thresholds = texts.map(parseThreshold);
  const onErrors = thresholds.some(
    ({ metric }) => metric.kind === 'errors' && metric.class === undefined && metric.row === undefined,
  );
  if (maxErrors === undefined && onErrors) return thresholds;
  return [parseThreshold(`errors<=${maxErrors ?? MAX_ERRORS}`), ...thresholds];
}

/** The same of flows, which may fail, or never start, without one failed request. Only a result says whether it has any. */
export function withFlows(thresholds: readonly Threshold[], { flows = {} }: LoadResult): readonly Threshold[] {
  const onFlows = thresholds.some(({ metric }) => metric.kind === 'failed' && metric.row === undefined);
  if (onFlows || Object.keys(flows).length === 0) return thresholds;
  return [parseThreshold(MAX_FAILED), ...thresholds];
}
