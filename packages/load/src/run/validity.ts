import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { Validity, ValidityReason } from '../result/index.ts';

/** What the verdict is made from. */
export interface ValidityFacts {
  readonly pacing: 'precise' | 'eco';
  readonly planned: number;
  readonly takenInWindow: number;
  /** One a thread of the generator: the worst counts. */
  readonly scheduleLagsUs: readonly HistogramSnapshot[];
  readonly responseTimeUs: HistogramSnapshot;
  /** Share of one core that a thread of the generator used while it was sending, and of that time collecting garbage. */
  readonly sendingCpuShare: number;
  readonly sendingGcShare: number;
  /** Of the time in which it had something to do, the share in which it had no core. */
  readonly sendingWaitShare: number;
  readonly loopDelayP99Us: number;
  readonly loopDelayMaxUs: number;
  readonly clockJumpMs: number;
  /** Why each thread that ended before its time did. */
  readonly workersLost: readonly string[];
  /** The generator's own failures, with counts. */
  readonly clientReasons: ReadonlyMap<string, number>;
}

/** The bounds of the verdict. A lag that is small in itself, or beside what was measured, is no reason. */
const VALIDITY_BOUNDS = {
  /** The generator's lateness may be this share of the response time at the same percentile … */
  lagShare: 0.2,
  /** … or this much in itself. */
  lagP50Us: 2_000,
  lagP99Us: 10_000,
  lagP999Us: 50_000,
  /** A generator that had no core for more of the time in which it wanted one … */
  waitShare: 1 / 3,
  /** … is excused less: others took what it measured with. */
  robbedP50Us: 1_000,
  robbedP99Us: 2_000,
  /** Half of what makes the event loop count as stopped. */
  lagMaxUs: 500_000,
  /** Share of one core; not judged when pacing precisely, which spins on purpose. */
  cpuShare: 0.9,
  gcShare: 0.1,
  /** Share of the plan that must have been taken up while the schedule ran. */
  takenShare: 0.99,
  loopDelayP99Us: 20_000,
  loopDelayMaxUs: 1_000_000,
  /** What a clock may be set by in a run; more is a machine that was suspended, or a clock put right. */
  clockJumpMs: 1_000,
} as const;

/** Fewer say nothing of P99.9. */
const P999_SAMPLES = 10_000;

/** Says whether the generator itself may have spoilt the figures, and how. */
export function judge(facts: ValidityFacts): Validity {
  const reasons = [...lagReasons(facts), ...loopReasons(facts), ...workReasons(facts)];
  return { verdict: reasons.length === 0 ? 'valid' : 'invalid', reasons };
}

function lagReasons(facts: ValidityFacts): ValidityReason[] {
  const lags = facts.scheduleLagsUs.map((lag) => Histogram.from(lag));
  const response = Histogram.from(facts.responseTimeUs);
  const isRobbed = facts.sendingWaitShare > VALIDITY_BOUNDS.waitShare;
  const reasons: ValidityReason[] = [];
  for (const [percentile, floorUs] of [
    [50, isRobbed ? VALIDITY_BOUNDS.robbedP50Us : VALIDITY_BOUNDS.lagP50Us],
    [99, isRobbed ? VALIDITY_BOUNDS.robbedP99Us : VALIDITY_BOUNDS.lagP99Us],
    [99.9, VALIDITY_BOUNDS.lagP999Us],
    [100, VALIDITY_BOUNDS.lagMaxUs],
  ] as const) {
    if (percentile === 99.9 && facts.planned < P999_SAMPLES) continue;
    const boundUs = Math.max(floorUs, response.percentile(percentile) * VALIDITY_BOUNDS.lagShare);
    const lagUs = Math.max(0, ...lags.map((lag) => lag.percentile(percentile)));
    if (lagUs > boundUs) {
      reasons.push({ code: 'late', values: { percentile, ms: lagUs / 1_000, boundMs: boundUs / 1_000 } });
    }
  }
  return reasons;
}

function loopReasons({ loopDelayP99Us, loopDelayMaxUs, clockJumpMs }: ValidityFacts): ValidityReason[] {
  const { loopDelayP99Us: p99Bound, loopDelayMaxUs: maxBound, clockJumpMs: jumpBound } = VALIDITY_BOUNDS;
  const reasons: ValidityReason[] = [];
  if (loopDelayP99Us > p99Bound) {
    reasons.push({ code: 'loop-late', values: { ms: loopDelayP99Us / 1_000, boundMs: p99Bound / 1_000 } });
  }
  if (loopDelayMaxUs > maxBound) {
    reasons.push({ code: 'loop-stopped', values: { ms: loopDelayMaxUs / 1_000, boundMs: maxBound / 1_000 } });
  }
  if (clockJumpMs > jumpBound) reasons.push({ code: 'clock-jumped', values: { ms: clockJumpMs, boundMs: jumpBound } });
  return reasons;
}

function workReasons({ pacing, planned, takenInWindow, sendingCpuShare, ...facts }: ValidityFacts): ValidityReason[] {
  const { cpuShare: cpuBound, gcShare: gcBound, takenShare: takenBound } = VALIDITY_BOUNDS;
  const reasons: ValidityReason[] = [];
  if (facts.workersLost.length > 0) {
    const cause = [...new Set(facts.workersLost)].join('; ');
    reasons.push({ code: 'worker-lost', values: { count: facts.workersLost.length, bound: 0, cause } });
  }
  if (pacing === 'eco' && sendingCpuShare > cpuBound) {
    reasons.push({ code: 'core-full', values: { share: sendingCpuShare, boundShare: cpuBound } });
  }
  if (facts.sendingGcShare > gcBound) {
    reasons.push({ code: 'garbage', values: { share: facts.sendingGcShare, boundShare: gcBound } });
  }
  const takenShare = planned === 0 ? 1 : takenInWindow / planned;
  if (takenShare < takenBound) {
    reasons.push({ code: 'schedule-missed', values: { share: takenShare, boundShare: takenBound } });
  }
  for (const [cause, count] of facts.clientReasons) {
    reasons.push({ code: 'cannot-send', values: { count, bound: 0, cause } });
  }
  return reasons;
}
