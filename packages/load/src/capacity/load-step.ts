import { type LoadResult, percentileOf, responseTimesOf } from '../result/index.ts';
import type { LoadOptions, LoadProgress } from '../run/index.ts';
import type { StepPlan } from './search.ts';
import type { Slo, StepMeasurement } from './slo.ts';

/** How one step is driven. */
export interface LoadStepOptions {
  /** Drives the run; `runLoad`, or a double in tests. */
  readonly run: (options: LoadOptions<unknown>) => Promise<LoadResult>;
  /** What to send, and where to. */
  readonly load: Omit<LoadOptions<unknown>, 'signal' | 'onProgress'>;
  readonly slo: Slo;
  /** Waits until the service answers promptly again; false when it does not. */
  readonly settle: () => Promise<boolean>;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

const MIN_CONNECTIONS = 64;
/** As many as the command takes; what a service needs beyond is not asked of one generator. */
const MAX_CONNECTIONS = 10_000;
const MIN_DRAIN_MS = 500;

/**
 * Drives one step of a search, ends it as soon as it is lost, and waits until the service has settled.
 * @throws what `run` and `settle` throw
 * @example
 * const load = { target: 'http://127.0.0.1:3000', scenario, seed: 1 };
 * const slo = { p99Ms: 200, errorShare: 0.001 };
 * const runStep = (plan: StepPlan) => {
 *   const arrivals = { kind: 'constant', ratePerSecond: plan.ratePerSecond, durationMs: plan.durationMs } as const;
 *   return runLoadStep(plan, { run: runLoad, load: { ...load, arrivals }, slo, settle: async () => true });
 * };
 * const found = await findCapacity({ runStep, slo, startPerSecond: 50, maxPerSecond: 5_000 });
 */
export async function runLoadStep(plan: StepPlan, options: LoadStepOptions): Promise<StepMeasurement> {
  const { run, load, slo, settle, onProgress, signal } = options;
  const lost = new AbortController();
  const result = await run({
    maxConnections: connectionsFor(plan.ratePerSecond, slo),
    drainMs: stepDrainMs(slo),
    ...load,
    signal: signal === undefined ? lost.signal : AbortSignal.any([lost.signal, signal]),
    onProgress(progress) {
      onProgress?.(progress);
      if (isLost(progress, plan, slo)) lost.abort();
    },
  });
  const measured = measurementOf(result);
  const most = load.maxConnections ?? MAX_CONNECTIONS;
  const capped = underWayAt(plan.ratePerSecond, slo) > most && result.generator.queuedMax > 0;
  // What was cut off had waited for less than it would have: the P99 it bounds may still lie below the SLO.
  const p99 = lost.signal.aborted ? ({ kind: 'at-least', us: slo.p99Ms * 1_000 } as const) : measured.p99;
  return { ...measured, p99, valid: measured.valid && !capped, settled: await settle() };
}

/** How long the last answers of a step are waited for at most. */
export function stepDrainMs({ p99Ms }: Slo): number {
  return Math.max(MIN_DRAIN_MS, 2 * p99Ms);
}

/**
 * Whether a step has missed its SLO whatever comes. No more arrivals than the rate gives in the time of the SLO can be
 * younger than that; all others that wait are older, and the P99 forgives a hundredth of the step.
 */
export function isLost({ planned, completed }: LoadProgress, plan: StepPlan, slo: Slo): boolean {
  const whole = (plan.ratePerSecond * plan.durationMs) / 1_000;
  const inTime = (plan.ratePerSecond * slo.p99Ms) / 1_000;
  return planned - completed > inTime + whole / 100 + 1;
}

function connectionsFor(ratePerSecond: number, slo: Slo): number {
  return Math.min(MAX_CONNECTIONS, Math.max(MIN_CONNECTIONS, underWayAt(ratePerSecond, slo)));
}

/** Little's law: this many are under way at once when all of them take as long as the SLO allows. */
function underWayAt(ratePerSecond: number, { p99Ms }: Slo): number {
  return Math.ceil((ratePerSecond * p99Ms) / 1_000);
}

function measurementOf({ total, achievedRatio, validity }: LoadResult): Omit<StepMeasurement, 'settled'> {
  const errors = Object.values(total.errors).reduce((sum, count) => sum + count, 0);
  return {
    achievedRatio,
    p99: percentileOf(responseTimesOf(total), 99),
    errorShare: errors / Math.max(1, total.ok + errors),
    valid: validity.verdict === 'valid',
  };
}
