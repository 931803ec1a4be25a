import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { Validity } from '../result/index.ts';

/** What the verdict is made from. */
export interface ValidityFacts {
  readonly pacing: 'precise' | 'eco';
  readonly planned: number;
  readonly takenInWindow: number;
  readonly scheduleLagUs: HistogramSnapshot;
  readonly responseTimeUs: HistogramSnapshot;
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly loopDelayP99Us: number;
  readonly loopDelayMaxUs: number;
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
  /** Share of one core; not judged when pacing precisely, which spins on purpose. */
  cpuShare: 0.9,
  /** Share of the plan that must have been taken up while the schedule ran. */
  takenShare: 0.99,
  loopDelayP99Us: 20_000,
  loopDelayMaxUs: 1_000_000,
} as const;

/** Says whether the generator itself may have spoilt the figures, and how. */
export function judge(facts: ValidityFacts): Validity {
  const reasons = [...lagReasons(facts), ...loopReasons(facts)];
  const cpuShare = facts.cpuMs / Math.max(1, facts.elapsedMs);
  if (facts.pacing === 'eco' && cpuShare > VALIDITY_BOUNDS.cpuShare) {
    reasons.push(`the generator used ${percent(cpuShare)} of a core (bound ${percent(VALIDITY_BOUNDS.cpuShare)})`);
  }
  const takenShare = facts.planned === 0 ? 1 : facts.takenInWindow / facts.planned;
  if (takenShare < VALIDITY_BOUNDS.takenShare) {
    reasons.push(`the generator kept up with ${percent(takenShare)} of its schedule`);
  }
  for (const [reason, count] of facts.clientReasons)
    reasons.push(`the generator could not send ${count} × (${reason})`);
  return { verdict: reasons.length === 0 ? 'valid' : 'invalid', reasons };
}

function lagReasons(facts: ValidityFacts): string[] {
  const lag = Histogram.from(facts.scheduleLagUs);
  const response = Histogram.from(facts.responseTimeUs);
  const reasons: string[] = [];
  for (const [p, floorUs] of [
    [50, VALIDITY_BOUNDS.lagP50Us],
    [99, VALIDITY_BOUNDS.lagP99Us],
  ] as const) {
    const boundUs = Math.max(floorUs, response.percentile(p) * VALIDITY_BOUNDS.lagShare);
    const lagUs = lag.percentile(p);
    if (lagUs > boundUs) reasons.push(`the generator was late: P${p} ${ms(lagUs)} (bound ${ms(boundUs)})`);
  }
  return reasons;
}

function loopReasons(facts: ValidityFacts): string[] {
  const reasons: string[] = [];
  if (facts.loopDelayP99Us > VALIDITY_BOUNDS.loopDelayP99Us) {
    reasons.push(`the generator's event loop was late: P99 ${ms(facts.loopDelayP99Us)}`);
  }
  if (facts.loopDelayMaxUs > VALIDITY_BOUNDS.loopDelayMaxUs) {
    reasons.push(`the generator stood still for ${ms(facts.loopDelayMaxUs)}`);
  }
  return reasons;
}

function ms(us: number): string {
  return `${(us / 1_000).toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
