import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { Arrivals } from './arrivals.ts';
import { type Schedule, toSchedule } from './schedule.ts';

const rate = fc.double({ min: 0.5, max: 20_000, noNaN: true });
const durationMs = fc.integer({ min: 2_000, max: 600_000 });

const anyArrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ratePerSecond: rate, durationMs }),
  fc.record({
    kind: fc.constant('ramp' as const),
    fromPerSecond: fc.oneof(fc.constant(0), rate),
    toPerSecond: rate,
    durationMs,
  }),
  fc.record({ kind: fc.constant('ramp' as const), fromPerSecond: rate, toPerSecond: fc.constant(0), durationMs }),
);

/** Arrivals due by `ms`, by the definition: the integral of the rate. */
function dueBy(arrivals: Arrivals, ms: number): number {
  const seconds = ms / 1_000;
  if (arrivals.kind === 'constant') return arrivals.ratePerSecond * seconds;
  const { fromPerSecond, toPerSecond } = arrivals;
  const rateThen = fromPerSecond + ((toPerSecond - fromPerSecond) * ms) / arrivals.durationMs;
  return ((fromPerSecond + rateThen) / 2) * seconds;
}

function someIndexes(schedule: Schedule): number[] {
  const step = Math.max(1, Math.floor(schedule.planned / 200));
  const indexes = Array.from({ length: Math.ceil(schedule.planned / step) }, (_, i) => i * step);
  return [...indexes, schedule.planned - 1];
}

test('[LOAD-1] arrival i is due where the accumulated rate reaches i', () => {
  fc.assert(
    fc.property(anyArrivals, (arrivals) => {
      const schedule = toSchedule(arrivals);
      for (const index of someIndexes(schedule)) {
        const reached = dueBy(arrivals, schedule.offsetMs(index));
        assert.ok(Math.abs(reached - index) <= 1e-6 * Math.max(1, index), `${index}: ${reached}`);
      }
    }),
    propertySeed(),
  );
});

test('[LOAD-1] a constant rate puts arrival i at i / rate, without drift after a day', () => {
  const schedule = toSchedule({ kind: 'constant', ratePerSecond: 3, durationMs: 86_400_000 });
  assert.equal(schedule.offsetMs(0), 0);
  assert.equal(schedule.offsetMs(3), 1_000);
  assert.equal(schedule.offsetMs(3 * 86_399), 86_399_000);
});

test('[LOAD-1] a ramp from 0 to 10/s over 10 s reaches arrival 12.5 at half time', () => {
  const schedule = toSchedule({ kind: 'ramp', fromPerSecond: 0, toPerSecond: 10, durationMs: 10_000 });
  assert.equal(schedule.planned, 50);
  assert.ok(Math.abs(schedule.offsetMs(12.5) - 5_000) < 1e-6);
});

test('[LOAD-2] the planned count is the accumulated rate, and all of it lies within the duration', () => {
  fc.assert(
    fc.property(anyArrivals, (arrivals) => {
      const schedule = toSchedule(arrivals);
      const whole = dueBy(arrivals, arrivals.durationMs);
      assert.equal(schedule.planned, Math.ceil(whole - 1e-6));
      assert.equal(schedule.offsetMs(0), 0);
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
  ] as const) {
    assert.equal(toSchedule({ kind: 'constant', ratePerSecond, durationMs: ms }).planned, planned);
  }
});

test('[LOAD-3] times never fall as the index grows', () => {
  fc.assert(
    fc.property(anyArrivals, fc.nat(), (arrivals, seed) => {
      const schedule = toSchedule(arrivals);
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
  ];
  for (const arrivals of bad) assert.throws(() => toSchedule(arrivals), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});
