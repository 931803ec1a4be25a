import type { CheckResult, FailureReason, FlowResult } from '../result/index.ts';
import { mergeStepResults, type StepResult } from '../result/index.ts';
import type { PartRows } from './messages.ts';

/** The rows that workers told at their end, as one: what is of one name adds up. */
export function mergePartRows(parts: readonly PartRows[]): PartRows {
  const flows = mergeByName(parts.flatMap((part) => Object.entries(part.flows ?? {})));
  const groups = mergeByName(parts.flatMap((part) => Object.entries(part.groups ?? {})));
  const checks = mergeChecks(parts.flatMap((part) => part.checks ?? []));
  const [hasFlows, hasGroups, hasChecks] = (['flows', 'groups', 'checks'] as const).map((rows) =>
    parts.some((part) => part[rows] !== undefined),
  );
  return { ...(hasFlows && { flows }), ...(hasGroups && { groups }), ...(hasChecks && { checks }) };
}

function mergeByName(entries: readonly [string, FlowResult][]): Record<string, FlowResult> {
  const byName = Map.groupBy(entries, ([name]) => name);
  return Object.fromEntries([...byName].map(([name, same]) => [name, mergeFlows(same.map(([, flow]) => flow))]));
}

function mergeFlows(flows: readonly FlowResult[]): FlowResult {
  const sum = (read: (flow: FlowResult) => number): number => flows.reduce((all, flow) => all + read(flow), 0);
  const { cutOff, ...times } = mergeStepResults(flows.map(asStep));
  return {
    planned: sum(({ planned }) => planned),
    ok: sum(({ ok }) => ok),
    failed: sum(({ failed }) => failed),
    interrupted: sum(({ interrupted }) => interrupted),
    unstarted: sum(({ unstarted }) => unstarted),
    reasons: mergeReasons(flows.flatMap(({ reasons }) => reasons)),
    ...(cutOff && { cutOff }),
    censored: times.censored,
    censoredFromUs: times.censoredFromUs,
    responseTimeUs: times.responseTimeUs,
    serviceTimeUs: times.serviceTimeUs,
    refusedResponseTimeUs: times.refusedResponseTimeUs,
    refusedServiceTimeUs: times.refusedServiceTimeUs,
  };
}

/** Its times, as those of a step. */
function asStep(flow: FlowResult): StepResult {
  const counts = { sent: 0, ok: 0, errors: {}, interrupted: 0, resent: 0, statuses: {}, bodyBytes: 0 };
  return { ...flow, ...counts, firstByteTimeUs: { layout: 1, count: 0, sum: 0, min: 0, max: 0, buckets: [] } };
}

function mergeReasons(reasons: readonly FailureReason[]): FailureReason[] {
  const byReason = Map.groupBy(reasons, ({ reason }) => reason);
  return [...byReason].map(([reason, same]) => ({ reason, count: same.reduce((all, { count }) => all + count, 0) }));
}

function mergeChecks(checks: readonly CheckResult[]): CheckResult[] {
  const byName = Map.groupBy(checks, ({ name }) => name);
  return [...byName].map(([name, same]) => ({
    name,
    passed: same.reduce((all, { passed }) => all + passed, 0),
    failed: same.reduce((all, { failed }) => all + failed, 0),
  }));
}
