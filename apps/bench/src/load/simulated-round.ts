import { type LoadResult, mergeStepResults } from '@millrace/load';
import { Histogram, type Random } from 'millrace/core';

/*
 * Rounds of a service that exists only as a distribution, with the noise that real rounds were seen to have on a shared
 * machine: from one fresh process to the next the P50 of one service ranged over about 20 %, and four rounds of two
 * identical services differed by 6 %. A standard deviation of 5 % between rounds gives both: twenty rounds range over
 * 19 %, and means of four differ by 6 % or more in one comparison of eleven.
 */

const ROUND_DEVIATION = 0.05;
/** Of one round; P99 has twenty samples beyond it. */
const SAMPLES = 2_000;
const MEDIAN_US = 10_000;
/** Within a round times are log-normal, P99 being twice P50. */
const SPREAD = 0.3;
/** From here on lie the slowest 2 %, where a planted change of P99 begins. */
const TAIL = 2.05;

/** What a service is slower by: all times, and the slowest 2 % of them besides; 1 is nothing. */
export interface PlantedChange {
  readonly whole?: number;
  readonly tail?: number;
}

/** One round, as a run would have found it: every answer good, in time, by a generator that kept its schedule. */
export function simulateRound(random: Random, { whole = 1, tail = 1 }: PlantedChange, startedAtMs: number): LoadResult {
  const level = MEDIAN_US * whole * Math.exp(ROUND_DEVIATION * normal(random));
  const times = new Histogram();
  for (let i = 0; i < SAMPLES; i++) {
    const z = normal(random);
    times.record(level * Math.exp(SPREAD * z) * (z > TAIL ? tail : 1));
  }
  const none = mergeStepResults([]);
  const [empty, responseTimeUs] = [none.responseTimeUs, times.snapshot()];
  return {
    ...{ schema: 'millrace-load-result/2', scenario: 'simulated', target: 'http://127.0.0.1:1', seed: 1 },
    startedAt: new Date(startedAtMs).toISOString(),
    arrivals: { kind: 'constant', poisson: false, planned: SAMPLES, durationMs: 10_000, targetPerSecond: SAMPLES / 10 },
    ...{ achievedRatio: 1, interrupted: false, steps: {}, drainMs: 0, remarks: [] },
    total: { ...none, sent: SAMPLES, ok: SAMPLES, responseTimeUs },
    seconds: Array.from({ length: 10 }, (_, second) => {
      const planned = SAMPLES / 10;
      return { second, planned, ok: planned, errors: 0, interrupted: 0, maxResponseUs: 1 };
    }),
    generator: {
      ...{ sendLagUs: empty, scheduleLagUs: empty, connectTimeUs: empty, tlsTimeUs: empty, cpuMs: 0, elapsedMs: 0 },
      ...{ loopDelayP99Us: 0, connectionsOpened: 1, desyncs: 0, queuedMax: 0 },
    },
    validity: { verdict: 'valid', reasons: [] },
  };
}

/** A standard normal number (Box and Muller, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
