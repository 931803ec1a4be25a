import {
  type CheckResult,
  type FailureReason,
  type LoadResult,
  OTHER_CHECKS,
  OTHER_REASONS,
  type ServiceRemark,
  wholeRows,
} from '../result/index.ts';
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
    ...(parts.length > 0 && { checks: mergeChecks(parts.map(({ checks }) => checks)) }),
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
  const found = parts.map(({ reasons }) => reasons[flow] ?? []);
  const nameOf = wholeRows(
    found.map((part) => new Set(part.map(({ reason }) => reason))),
    OTHER_REASONS,
  );
  const byReason = Map.groupBy(found.flat(), ({ reason }) => nameOf(reason));
  return [...byReason].map(([reason, same]) => ({ reason, count: sum(same, ({ count }) => count) }));
}

function mergeChecks(parts: readonly (readonly CheckResult[])[]): CheckResult[] {
  const nameOf = wholeRows(
    parts.map((part) => new Set(part.map(({ name }) => name))),
    OTHER_CHECKS,
  );
  const byName = Map.groupBy(parts.flat(), ({ name }) => nameOf(name));
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
