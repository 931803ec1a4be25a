import type { LoadResult, LoadSetup } from '../result/index.ts';
import type { ComparedRun, ComparedStream, ComparisonWarning } from './comparison.ts';
import { COMPARE_ERRORS } from './errors.ts';

/** A field of the setup as messages show it; what it lacks is `unknown`, and as such another one. */
const ofSetup =
  (read: (setup: LoadSetup) => unknown) =>
  ({ setup }: LoadResult): string =>
    setup === undefined ? 'unknown' : String(read(setup));

/** What must be equal in all runs of a stream; the target may be another. */
const SAME: Readonly<Record<string, (result: LoadResult) => string | number | boolean>> = {
  'the scenario': ({ scenario }) => scenario,
  'the shape of the rate': ({ arrivals }) => arrivals.kind,
  'whether arrivals are random': ({ arrivals }) => arrivals.poisson,
  'the target rate per second': ({ arrivals }) => arrivals.targetPerSecond,
  'the duration in seconds': secondsOf,
  'the model': ofSetup(({ model }) => model),
  'the number of users': ofSetup(({ users }) => users ?? 'none'),
  'the number of connections': ofSetup(({ connections }) => connections),
  'the engine': ofSetup(({ engine }) => engine),
  'the pacing': ofSetup(({ pacing }) => pacing),
  'the number of threads': ofSetup(({ workers }) => workers),
  'the timeout in milliseconds': ofSetup(({ timeoutMs }) => timeoutMs),
  'the bytes read a second': ofSetup(({ readBytesPerSecond }) => readBytesPerSecond ?? 'all'),
  'when the name is resolved': ofSetup(({ dns }) => JSON.stringify(dns ?? 'once')),
  'the shape of the arrivals': ofSetup(({ shape }) => JSON.stringify(shape)),
  'whether it has flows': ({ flows }) => flows !== undefined,
};

/**
 * Refuses runs that cannot stand side by side, and says what a reader should know of those that can.
 * @throws MILLRACE_COMPARE_*
 */
export function checkComparable(stream: ComparedStream): ComparisonWarning[] {
  const { name, before, after } = stream;
  for (const [side, runs] of [['before', before] as const, ['after', after] as const]) {
    if (runs.length === 0) throw COMPARE_ERRORS.create('MILLRACE_COMPARE_NOTHING', { side: `the side ${side}` });
  }
  const runs = [...before, ...after];
  for (const run of runs) checkUsable(run);
  checkRepeated(runs);
  checkAlike(runs);
  const isUnsaid = runs.every(({ result }) => result.setup === undefined);
  return [
    ...(isUnsaid ? [{ code: 'setup-unknown' as const, values: { stream: name } }] : []),
    ...(seedsOf(before) === seedsOf(after) ? [] : [{ code: 'seeds-differ' as const, values: { stream: name } }]),
    ...(isInterleaved(before, after) ? [] : [{ code: 'not-interleaved' as const, values: { stream: name } }]),
  ];
}

function checkUsable({ name: run, result }: ComparedRun): void {
  if (result.interrupted) throw COMPARE_ERRORS.create('MILLRACE_COMPARE_RUN_INTERRUPTED', { run });
  if (result.validity.verdict === 'valid') return;
  const reasons = result.validity.reasons.map(({ code }) => code).join(', ');
  throw COMPARE_ERRORS.create('MILLRACE_COMPARE_RUN_INVALID', { run, reasons });
}

function checkRepeated(runs: readonly ComparedRun[]): void {
  const seen = new Map<string, string>();
  for (const { name: run, result } of runs) {
    const { startedAt, target, seed, total } = result;
    const key = JSON.stringify([startedAt, target, seed, total.responseTimeUs.sum]);
    const other = seen.get(key);
    if (other !== undefined) throw COMPARE_ERRORS.create('MILLRACE_COMPARE_RUN_REPEATED', { run, other });
    seen.set(key, run);
  }
}

function checkAlike([first, ...others]: readonly ComparedRun[]): void {
  if (first === undefined) return;
  for (const { name: run, result } of others) {
    for (const [field, of] of Object.entries(SAME)) {
      const [value, expected] = [of(result), of(first.result)];
      if (value === expected || (of === secondsOf && tookAsMany(result, first.result))) continue;
      const context = { run, other: first.name, field, value: String(value), expected: String(expected) };
      throw COMPARE_ERRORS.create('MILLRACE_COMPARE_RUNS_DIFFER', context);
    }
  }
}

function secondsOf({ arrivals }: LoadResult): number {
  return Math.round(arrivals.durationMs / 1000);
}

/** A closed run that ends with its last request lasts as long as the service takes: just what is compared. */
function tookAsMany({ arrivals }: LoadResult, other: LoadResult): boolean {
  return arrivals.kind === 'closed' && arrivals.planned === other.arrivals.planned;
}

function seedsOf(runs: readonly ComparedRun[]): string {
  return [...new Set(runs.map(({ result }) => result.seed))].toSorted((a, b) => a - b).join();
}

/** Whether the sides took turns at least once, as far as their dates say. */
function isInterleaved(before: readonly ComparedRun[], after: readonly ComparedRun[]): boolean {
  const datesOf = (runs: readonly ComparedRun[]): string[] => runs.map(({ result }) => result.startedAt).toSorted();
  const [left, right] = [datesOf(before), datesOf(after)];
  const precedes = (some: readonly string[], others: readonly string[]): boolean =>
    (some.at(-1) ?? '') < (others[0] ?? '');
  return !precedes(left, right) && !precedes(right, left);
}
