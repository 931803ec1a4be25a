import type { CheckResult, FailureReason, LoadResult } from '../result/index.ts';
import type { PartWords } from './messages.ts';

/** The result with what its workers told at their end: what is of one name adds up. */
export function withWords(result: LoadResult, parts: readonly PartWords[]): LoadResult {
  const checks = parts.flatMap((part) => part.checks ?? []);
  const { flows } = result;
  return {
    ...result,
    ...(flows && { flows: mapValues(flows, (flow, name) => ({ ...flow, reasons: reasonsOf(name, parts) })) }),
    ...(parts.some((part) => part.checks !== undefined) && { checks: mergeChecks(checks) }),
  };
}

function reasonsOf(flow: string, parts: readonly PartWords[]): FailureReason[] {
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
