import type { CheckResult, FailureReason, LoadResult, ServiceRemark } from '../result/index.ts';
import type { WorkloadWords } from '../run/index.ts';
import type { LoadThread } from './load-thread.ts';

/** What a thread has said, and how it ended. */
type Speaker = Pick<LoadThread, 'words' | 'end' | 'silentMs'>;

/**
 * The result with what its workers said last: what is of one name adds up. A worker that was lost had counted more in
 * the meantime, which nobody can tell any more; a remark says so.
 */
export function withWords(result: LoadResult, speakers: readonly Speaker[]): LoadResult {
  const { flows } = result;
  if (flows === undefined) return result;
  const parts = speakers.flatMap(({ words }) => words ?? []);
  return {
    ...result,
    flows: mapValues(flows, (flow, name) => ({ ...flow, reasons: reasonsOf(name, parts) })),
    ...(parts.length > 0 && { checks: mergeChecks(parts.flatMap(({ checks }) => checks)) }),
    remarks: [...result.remarks, ...unsaidOf(speakers)],
  };
}

function unsaidOf(speakers: readonly Speaker[]): ServiceRemark[] {
  const cutOff = speakers.filter(({ end }) => end === 'lost' || end === 'killed');
  if (cutOff.length === 0) return [];
  const seconds = Math.max(...cutOff.map(({ silentMs }) => silentMs)) / 1_000;
  return [{ code: 'words-lost', values: { count: cutOff.length, seconds: Math.max(0, seconds) } }];
}

function reasonsOf(flow: string, parts: readonly WorkloadWords[]): FailureReason[] {
  const byReason = Map.groupBy(
    parts.flatMap(({ reasons }) => reasons[flow] ?? []),
    ({ reason }) => reason,
  );
  return [...byReason].map(([reason, same]) => ({ reason, count: sum(same, ({ count }) => count) }));
}

function mergeChecks(checks: readonly CheckResult[]): CheckResult[] {
  const byName = Map.groupBy(checks, ({ name }) => name);
  return [...byName].map(([name, same]) => ({
    name,
    passed: sum(same, ({ passed }) => passed),
    failed: sum(same, ({ failed }) => failed),
  }));
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value, name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
