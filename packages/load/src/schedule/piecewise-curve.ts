import type { RateCurve } from './rate-curve.ts';

/** A stretch of time in which the rate is a straight line. */
export interface Segment {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly durationMs: number;
}

interface Placed extends Segment {
  readonly startMs: number;
  /** Arrivals due before it, and by its end. */
  readonly before: number;
  readonly until: number;
}

/** One segment after the other. */
export function piecewiseCurve(segments: readonly Segment[]): RateCurve {
  const placed: Placed[] = [];
  let startMs = 0;
  let before = 0;
  for (const segment of segments) {
    if (segment.durationMs === 0) continue;
    const until = before + ((segment.fromPerSecond + segment.toPerSecond) / 2) * (segment.durationMs / 1_000);
    placed.push({ ...segment, startMs, before, until });
    startMs += segment.durationMs;
    before = until;
  }
  let at = 0;
  const timeOf = (count: number): number => {
    if (count < (placed[at] as Placed).before) at = 0;
    while (at < placed.length - 1 && count >= (placed[at] as Placed).until) at++;
    const segment = placed[at] as Placed;
    return segment.startMs + timeWithin(segment, count - segment.before);
  };
  const peakPerSecond = Math.max(...placed.flatMap(({ fromPerSecond, toPerSecond }) => [fromPerSecond, toPerSecond]));
  return { total: before, peakPerSecond, timeOf };
}

/**
 * The rate grows from f to r over D seconds, so f·t + (r − f)·t² / 2D arrivals are due by t. The root is taken in the
 * form that subtracts nothing, so it is exact for a flat line as well.
 */
function timeWithin({ fromPerSecond, toPerSecond, durationMs }: Segment, count: number): number {
  if (count <= 0) return 0;
  const doubledSlope = (2 * (toPerSecond - fromPerSecond)) / (durationMs / 1_000);
  const rateThen = Math.sqrt(Math.max(0, fromPerSecond * fromPerSecond + doubledSlope * count));
  return Math.min((2_000 * count) / (fromPerSecond + rateThen), durationMs);
}
