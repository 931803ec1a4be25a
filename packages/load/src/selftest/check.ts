import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { Validity } from '../result/index.ts';

/**
 * What is held against a truth that is known.
 *
 * - `delay` a server that answers after a known time: `condition` is that time in milliseconds
 * - `stall` a server that stands still once: `condition` is for how long, in milliseconds
 * - `overload` a server offered twice what it can do: `condition` is the offered rate a second
 * - `pacing` what share of the planned requests went out in time: `condition` is the rate a second
 * - `lag-precise`, `lag-eco` how late requests were written, by the way of pacing: `condition` is the rate a second
 */
export type SelfTestPart = 'delay' | 'stall' | 'overload' | 'pacing' | 'lag-precise' | 'lag-eco';

/** A figure that is checked: a percentile of the times, how many samples there are, or achieved ÷ planned. */
export type SelfTestFigure = 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'max' | 'samples' | 'achieved';

/** One of the load tester's own errors beside what it may be. */
export interface SelfTestCheck {
  readonly part: SelfTestPart;
  /** What was asked for; its unit depends on the part. */
  readonly condition: number;
  readonly figure: SelfTestFigure;
  /** Of times milliseconds, else a number. */
  readonly measured: number;
  readonly truth: number;
  /** measured − truth in milliseconds or as a count, or measured ÷ truth − 1 as a share. */
  readonly error: number;
  readonly errorUnit: 'ms' | 'share' | 'count';
  /** The most that the error may be, either way; in the same unit. */
  readonly goal: number;
  readonly met: boolean;
}

/** What one part of the self-test found. */
export interface PartFinding {
  readonly checks: readonly SelfTestCheck[];
  /** The verdict of each run on its own generator. */
  readonly validities: readonly Validity[];
}

/** What every part is told. */
export interface SelfTestGround {
  /** Where the built-in server listens. */
  readonly target: string;
  readonly isQuick: boolean;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

type Subject = Pick<SelfTestCheck, 'part' | 'condition' | 'figure' | 'measured' | 'truth'>;

/** An error in milliseconds, or in samples. */
export function differenceCheck(subject: Subject, errorUnit: 'ms' | 'count', goal: number): SelfTestCheck {
  return judged({ ...subject, error: subject.measured - subject.truth, errorUnit, goal });
}

/** An error as a share of the truth. */
export function shareCheck(subject: Subject, goal: number): SelfTestCheck {
  return judged({ ...subject, error: subject.measured / subject.truth - 1, errorUnit: 'share', goal });
}

/** What is not a number, as of a run without any sample, misses its goal. */
function judged(check: Omit<SelfTestCheck, 'met'>): SelfTestCheck {
  return { ...check, met: Math.abs(check.error) <= check.goal };
}

const PERCENTS = { p50: 50, p90: 90, p95: 95, p99: 99, 'p99.9': 99.9, max: 100 } as const;

/** In milliseconds; NaN without samples. */
export function timeMs(times: HistogramSnapshot, figure: keyof typeof PERCENTS): number {
  return times.count === 0 ? Number.NaN : Histogram.from(times).percentile(PERCENTS[figure]) / 1_000;
}
