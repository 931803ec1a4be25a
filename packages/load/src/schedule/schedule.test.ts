import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { Arrivals, RateShape } from './arrivals.ts';
import { type Schedule, toSchedule } from './schedule.ts';

const rate = fc.double({ min: 0.5, max: 20_000, noNaN: true });
const durationMs = fc.integer({ min: 2_000, max: 600_000 });

const anyShape: fc.Arbitrary<RateShape> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ratePerSecond: rate, durationMs }),
  fc.record({
    kind: fc.constant('ramp' as const),
    fromPerSecond: fc.oneof(fc.constant(0), rate),
    toPerSecond: rate,
    durationMs,
  }),
  fc.record({ kind: fc.constant('ramp' as const), fromPerSecond: rate, toPerSecond: fc.constant(0), durationMs }),
  fc.record({
    kind: fc.constant('steps' as const),
    ratesPerSecond: fc
      .array(fc.oneof({ weight: 4, arbitrary: rate }, fc.constant(0)), { minLength: 0, maxLength: 9 })
      .map((rates) => [...rates, 1]),
    durationMs,
  }),
  fc
    .record({ ratePerSecond: rate, peakPerSecond: rate, durationMs, at: fc.double({ min: 0, max: 0.9, noNaN: true }) })
    .map(({ at, ...rest }) => ({
      kind: 'spike' as const,
      ...rest,
      peakAtMs: at * rest.durationMs,
      peakMs: rest.durationMs * 0.09,
    })),
  fc
    .record({
      ratePerSecond: rate,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      durationMs,
      periodMs: fc.integer({ min: 100, max: 100_000 }),
    })
    .map(({ share, ...rest }) => ({ kind: 'sine' as const, ...rest, amplitudePerSecond: share * rest.ratePerSecond })),
);

/** The rate at a time, by the definition. */
function rateAt(shape: RateShape, ms: number): number {
  switch (shape.kind) {
    case 'constant':
      return shape.ratePerSecond;
    case 'ramp':
      return shape.fromPerSecond + ((shape.toPerSecond - shape.fromPerSecond) * ms) / shape.durationMs;
    case 'steps': {
      const { ratesPerSecond, durationMs } = shape;
      return (
        ratesPerSecond[Math.min(ratesPerSecond.length - 1, Math.floor((ms * ratesPerSecond.length) / durationMs))] ?? 0
      );
    }
    case 'spike':
      return ms >= shape.peakAtMs && ms < shape.peakAtMs + shape.peakMs ? shape.peakPerSecond : shape.ratePerSecond;
    case 'sine':
      return shape.ratePerSecond + shape.amplitudePerSecond * Math.sin((2 * Math.PI * ms) / shape.periodMs);
  }
}

/** Where the rate may jump, and for a sine so close that Simpson's rule is all but exact. */
function placesOf(shape: RateShape): number[] {
  if (shape.kind === 'steps') {
    return shape.ratesPerSecond.map((_, i) => (i * shape.durationMs) / shape.ratesPerSecond.length);
  }
  if (shape.kind === 'spike') return [shape.peakAtMs, shape.peakAtMs + shape.peakMs];
  return shape.kind === 'sine' ? Array.from({ length: 64 }, (_, i) => (i * shape.periodMs) / 64) : [];
}

/** Arrivals due by `ms`, by the definition: the integral of the rate. Whole periods of a sine have its mean. */
function dueBy(shape: RateShape, ms: number): number {
  const periods = shape.kind === 'sine' ? Math.floor(ms / shape.periodMs) : 0;
  const [rest, whole] =
    shape.kind === 'sine'
      ? [ms - periods * shape.periodMs, (periods * shape.periodMs * shape.ratePerSecond) / 1_000]
      : [ms, 0];
  const places = [0, ...placesOf(shape).filter((place) => place > 0 && place < rest), rest];
  const areas = places.slice(1).map((to, i) => {
    const from = places[i] as number;
    // Just inside the stretch: its ends may be jumps.
    const inside = (to - from) * 1e-9;
    const rates = rateAt(shape, from + inside) + 4 * rateAt(shape, (from + to) / 2) + rateAt(shape, to - inside);
    return (rates / 6) * ((to - from) / 1_000);
  });
  return areas.reduce((sum, area) => sum + area, whole);
}

/** When the rate is no longer 0 for the first time. */
function firstRateAt(shape: RateShape): number {
  if (shape.kind !== 'steps') return 0;
  const { ratesPerSecond, durationMs } = shape;
  const stepMs = durationMs / ratesPerSecond.length;
  return ratesPerSecond
    .slice(
      0,
      ratesPerSecond.findIndex((rate) => rate > 0),
    )
    .reduce((ms) => ms + stepMs, 0);
}

function someIndexes(schedule: Schedule): number[] {
  const step = Math.max(1, Math.floor(schedule.planned / 200));
  const indexes = Array.from({ length: Math.ceil(schedule.planned / step) }, (_, i) => i * step);
  return [...indexes, schedule.planned - 1];
}

test('[LOAD-1] arrival i is due where the accumulated rate reaches i', () => {
  fc.assert(
    fc.property(anyShape, (arrivals) => {
      const schedule = toSchedule(arrivals, 1);
      for (const index of someIndexes(schedule)) {
        const reached = dueBy(arrivals, schedule.offsetMs(index));
        assert.ok(Math.abs(reached - index) <= 1e-6 * Math.max(1, index), `${index}: ${reached}`);
      }
    }),
    propertySeed(),
  );
});

test('[LOAD-1] a constant rate puts arrival i at i / rate, without drift after a day', () => {
  const schedule = toSchedule({ kind: 'constant', ratePerSecond: 3, durationMs: 86_400_000 }, 1);
  assert.equal(schedule.offsetMs(0), 0);
  assert.equal(schedule.offsetMs(3), 1_000);
  assert.equal(schedule.offsetMs(3 * 86_399), 86_399_000);
});

test('[LOAD-1] a ramp from 0 to 10/s over 10 s reaches arrival 12.5 at half time', () => {
  const schedule = toSchedule({ kind: 'ramp', fromPerSecond: 0, toPerSecond: 10, durationMs: 10_000 }, 1);
  assert.equal(schedule.planned, 50);
  assert.ok(Math.abs(schedule.offsetMs(12.5) - 5_000) < 1e-6);
});

test('[LOAD-2] the planned count is the accumulated rate, and all of it lies within the duration', () => {
  fc.assert(
    fc.property(anyShape, (arrivals) => {
      const schedule = toSchedule(arrivals, 1);
      const whole = dueBy(arrivals, arrivals.durationMs);
      // What is above a whole number by no more than rounding is that number.
      assert.equal(schedule.planned, Math.ceil(whole - Math.max(1e-6, whole * 1e-12)));
      assert.equal(schedule.offsetMs(0), firstRateAt(arrivals));
      assert.ok(schedule.offsetMs(schedule.planned - 1) < arrivals.durationMs);
      assert.ok(schedule.offsetMs(schedule.planned) >= arrivals.durationMs * (1 - 1e-6));
    }),
    propertySeed(),
  );
});

test('[LOAD-2] rounding of the rate never adds or loses an arrival', () => {
  for (const [ratePerSecond, ms, planned] of [
    [5_000, 10_000, 50_000],
    [0.1, 30_000, 3],
    [1.1, 90_000, 99],
    [1 / 3, 9_000, 3],
    [0.7, 10_000, 7],
    [2.5, 1_000, 3],
    [729_511.8, 23_805_000, 17_366_028_399],
  ] as const) {
    assert.equal(toSchedule({ kind: 'constant', ratePerSecond, durationMs: ms }, 1).planned, planned);
  }
});

test('[LOAD-3] times never fall as the index grows', () => {
  fc.assert(
    fc.property(anyShape, fc.nat(), (arrivals, seed) => {
      const schedule = toSchedule(arrivals, 1);
      const first = seed % schedule.planned;
      for (let index = first; index < Math.min(schedule.planned - 1, first + 100); index++) {
        assert.ok(schedule.offsetMs(index + 1) >= schedule.offsetMs(index));
      }
    }),
    propertySeed(),
  );
});

test('[LOAD-4] rates and durations out of range, and schedules without an arrival, are refused', () => {
  const bad: Arrivals[] = [
    { kind: 'constant', ratePerSecond: 0, durationMs: 1_000 },
    { kind: 'constant', ratePerSecond: -1, durationMs: 1_000 },
    { kind: 'constant', ratePerSecond: Number.NaN, durationMs: 1_000 },
    { kind: 'constant', ratePerSecond: 1_000_001, durationMs: 1_000 },
    { kind: 'constant', ratePerSecond: 1, durationMs: 0 },
    { kind: 'constant', ratePerSecond: 1, durationMs: Number.POSITIVE_INFINITY },
    { kind: 'constant', ratePerSecond: 1, durationMs: 86_400_001 },
    { kind: 'ramp', fromPerSecond: 0, toPerSecond: 0, durationMs: 1_000 },
    { kind: 'ramp', fromPerSecond: -1, toPerSecond: 10, durationMs: 1_000 },
    { kind: 'steps', ratesPerSecond: [], durationMs: 1_000 },
    { kind: 'steps', ratesPerSecond: [0, 0], durationMs: 1_000 },
    { kind: 'steps', ratesPerSecond: [10, -1], durationMs: 1_000 },
    { kind: 'steps', ratesPerSecond: new Array(1_001).fill(1), durationMs: 1_000 },
    { kind: 'spike', ratePerSecond: 1, peakPerSecond: 9, peakAtMs: 900, peakMs: 200, durationMs: 1_000 },
    { kind: 'spike', ratePerSecond: 1, peakPerSecond: -9, peakAtMs: 0, peakMs: 200, durationMs: 1_000 },
    { kind: 'sine', ratePerSecond: 10, amplitudePerSecond: 11, periodMs: 100, durationMs: 1_000 },
    { kind: 'sine', ratePerSecond: 10, amplitudePerSecond: 1, periodMs: 0, durationMs: 1_000 },
  ];
  for (const arrivals of bad) assert.throws(() => toSchedule(arrivals, 1), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});

const seed = fc.integer({ min: 0, max: 0xffff_ffff });

test('[LOAD-7] arrivals at random: as many as even ones, in order, within the duration', () => {
  fc.assert(
    fc.property(anyShape, seed, (shape, drawn) => {
      const schedule = toSchedule({ ...shape, poisson: true }, drawn);
      assert.equal(schedule.planned, toSchedule(shape, drawn).planned);
      let before = 0;
      for (let index = 0; index < Math.min(2_000, schedule.planned); index++) {
        const at = schedule.offsetMs(index);
        assert.ok(at >= before && at <= shape.durationMs, `${index}: ${at} after ${before}`);
        before = at;
      }
    }),
    { numRuns: 60, ...propertySeed() },
  );
});

test('[LOAD-7] arrivals at random come as the rate says: the integral by the middle has about its share', () => {
  fc.assert(
    fc.property(anyShape, seed, (shape, drawn) => {
      const { planned, offsetMs } = toSchedule({ ...shape, poisson: true }, drawn);
      fc.pre(planned >= 100 && planned <= 200_000);
      const share = dueBy(shape, shape.durationMs / 2) / dueBy(shape, shape.durationMs);
      let found = 0;
      while (found < planned && offsetMs(found) < shape.durationMs / 2) found++;
      // Six deviations of a binomial: less than one run in 10^8.
      const bound = 6 * Math.sqrt(planned * share * (1 - share)) + 2;
      assert.ok(Math.abs(found - planned * share) <= bound, `${found} of ${planned}, expected ${planned * share}`);
    }),
    { numRuns: 60, ...propertySeed() },
  );
});

test('[LOAD-7] the gaps at a constant rate are exponential, and windows count as Poisson says', () => {
  const { planned, offsetMs } = toSchedule(
    { kind: 'constant', ratePerSecond: 1_000, durationMs: 20_000, poisson: true },
    5,
  );
  const times = Array.from({ length: planned }, (_, index) => offsetMs(index));
  const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
  for (const [ms, share] of [
    [0.5, Math.exp(-0.5)],
    [1, Math.exp(-1)],
    [3, Math.exp(-3)],
  ] as const) {
    const longer = gaps.filter((gap) => gap > ms).length / gaps.length;
    assert.ok(Math.abs(longer - share) < 0.015, `${ms} ms: ${longer}, expected ${share}`);
  }
  const windows = new Array<number>(2_000).fill(0);
  for (const time of times) windows[Math.floor(time / 10)] = (windows[Math.floor(time / 10)] ?? 0) + 1;
  const variance = windows.reduce((sum, count) => sum + (count - 10) ** 2, 0) / windows.length;
  assert.ok(variance > 8.5 && variance < 11.5, `${variance}: as large as the mean, 10`);
});

test('[LOAD-8] the same seed gives the same times, in whatever order they are asked; another seed gives others', () => {
  fc.assert(
    fc.property(anyShape, seed, fc.array(fc.nat({ max: 300 }), { maxLength: 20 }), (shape, drawn, indexes) => {
      const arrivals = { ...shape, poisson: true };
      const [one, two] = [toSchedule(arrivals, drawn), toSchedule(arrivals, drawn)];
      const last = one.planned - 1;
      for (let index = 0; index <= Math.min(300, last); index++) two.offsetMs(index);
      for (const index of indexes) {
        const at = Math.min(index, last);
        assert.equal(one.offsetMs(at), two.offsetMs(at));
      }
      if (last > 0) assert.notEqual(one.offsetMs(0), toSchedule(arrivals, drawn ^ 1).offsetMs(0));
    }),
    { numRuns: 60, ...propertySeed() },
  );
});

test('[LOAD-9] nothing is due while the rate is 0: not at its start, and not before the first rate', () => {
  const pause = toSchedule({ kind: 'steps', ratesPerSecond: [10, 0, 20], durationMs: 3_000 }, 1);
  assert.deepEqual([pause.offsetMs(9), pause.offsetMs(10), pause.offsetMs(11)], [900, 2_000, 2_050]);
  const late = toSchedule({ kind: 'steps', ratesPerSecond: [0, 0, 5, 0], durationMs: 4_000 }, 1);
  assert.deepEqual([late.planned, late.offsetMs(0), late.offsetMs(4)], [5, 2_000, 2_800]);
  const burst = toSchedule(
    { kind: 'spike', ratePerSecond: 0, peakPerSecond: 4, peakAtMs: 1_000, peakMs: 500, durationMs: 3_000 },
    1,
  );
  assert.deepEqual([burst.planned, burst.offsetMs(0), burst.offsetMs(1)], [2, 1_000, 1_250]);
  for (const index of [4, 0, 3, 1]) assert.equal(late.offsetMs(index), 2_000 + index * 200);
});

test('[LOAD-9] steps, spike and sine at some places', () => {
  const steps = toSchedule({ kind: 'steps', ratesPerSecond: [10, 0, 20], durationMs: 3_000 }, 1);
  assert.equal(steps.planned, 30);
  assert.deepEqual([steps.offsetMs(1), steps.offsetMs(9), steps.offsetMs(12)], [100, 900, 2_100]);
  const spike = toSchedule(
    { kind: 'spike', ratePerSecond: 10, peakPerSecond: 100, peakAtMs: 1_000, peakMs: 500, durationMs: 3_000 },
    1,
  );
  assert.equal(spike.planned, 75);
  assert.deepEqual([spike.offsetMs(5), spike.offsetMs(20), spike.offsetMs(70)], [500, 1_100, 2_500]);
  const sine = toSchedule(
    { kind: 'sine', ratePerSecond: 100, amplitudePerSecond: 100, periodMs: 1_000, durationMs: 2_000 },
    1,
  );
  // Half a period has the mean and twice the swing of 100 / 2π.
  assert.equal(sine.planned, 200);
  assert.ok(Math.abs(sine.offsetMs(50 + 100 / Math.PI) - 500) < 1e-4);
});

test('[LOAD-4] a shape of no known kind is refused', () => {
  const shape = { kind: 'zigzag', durationMs: 1_000 } as unknown as Arrivals;
  assert.throws(() => toSchedule(shape, 1), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});
