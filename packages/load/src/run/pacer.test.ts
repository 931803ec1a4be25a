import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Clock } from 'millrace/core';
import { createFakeClock, propertySeed } from 'millrace/testing';
import { type Arrivals, toSchedule } from '../schedule/index.ts';
import { Pacer } from './pacer.ts';

interface HandedOut {
  readonly index: number;
  readonly intendedAt: number;
  readonly now: number;
}

/** Virtual time moves in steps of this; nothing can be handed out more exactly. */
const STEP_MS = 0.125;

/** Paces the schedule in virtual time; `busy` says how long the generator is held up by each arrival. */
async function pace(arrivals: Arrivals, pacing: 'eco' | 'precise', busy: (index: number) => number = () => 0) {
  const fake = createFakeClock();
  const schedule = toSchedule(arrivals, 1);
  let held = 0;
  // What holds the generator up passes without the timers noticing, as a long task does.
  const clock: Clock = { ...bind(fake), now: () => fake.now() + held };
  const handedOut: HandedOut[] = [];
  let turns = 0;
  let isDone = false;
  const onDue = (index: number, intendedAt: number, now: number): void => {
    handedOut.push({ index, intendedAt, now });
    held += busy(index);
  };
  const soon = (turn: () => void): void => {
    turns++;
    setImmediate(turn);
  };
  const onDone = (): void => {
    isDone = true;
  };
  const startAt = clock.now();
  new Pacer({ schedule, startAt, clock, pacing, onDue, onDone, soon }).start();
  while (!isDone) await fake.advance(STEP_MS);
  return { handedOut, turns, planned: schedule.planned, startAt };
}

function bind(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    schedule: (delayMs, fire) => clock.schedule(delayMs, fire),
  };
}

const someArrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.record({
    kind: fc.constant('constant' as const),
    ratePerSecond: fc.double({ min: 1, max: 3_000, noNaN: true }),
    durationMs: fc.constant(1_000),
  }),
  fc.record({
    kind: fc.constant('ramp' as const),
    fromPerSecond: fc.double({ min: 0, max: 500, noNaN: true }),
    toPerSecond: fc.double({ min: 1, max: 500, noNaN: true }),
    durationMs: fc.constant(1_000),
  }),
);

test('[LOAD-5] every arrival is handed out once, in order, never early and never later than held up', async () => {
  const property = fc.asyncProperty(
    someArrivals,
    fc.constantFrom('eco' as const, 'precise' as const),
    fc.nat({ max: 400 }),
    fc.nat({ max: 300 }),
    async (arrivals, pacing, stallAt, stallMs) => {
      const { handedOut, planned } = await pace(arrivals, pacing, (index) => (index === stallAt ? stallMs : 0));
      assert.deepEqual(
        handedOut.map(({ index }) => index),
        Array.from({ length: planned }, (_, index) => index),
      );
      for (const { intendedAt, now } of handedOut) assert.ok(now >= intendedAt, `${now} before ${intendedAt}`);
    },
  );
  await fc.assert(property, { numRuns: 25, ...propertySeed() });
});

test('[LOAD-5] intended times stay where the schedule put them, however late the generator is', async () => {
  const arrivals: Arrivals = { kind: 'constant', ratePerSecond: 1_000, durationMs: 1_000 };
  const { handedOut, startAt } = await pace(arrivals, 'eco', (index) => (index === 100 ? 500 : 0));
  for (const { index, intendedAt } of handedOut) assert.equal(intendedAt, startAt + index);
  const late = handedOut.filter(({ now, intendedAt }) => now - intendedAt > 2);
  assert.ok(late.length >= 490 && late.length <= 510, `${late.length}`);
  assert.ok((handedOut.at(-1) as HandedOut).now - (handedOut.at(-1) as HandedOut).intendedAt <= 2);
});

test('[LOAD-5] precise pacing spins the last two milliseconds and is never a timer late', async () => {
  const { handedOut, turns } = await pace({ kind: 'constant', ratePerSecond: 90, durationMs: 1_000 }, 'precise');
  for (const { intendedAt, now } of handedOut) assert.ok(now - intendedAt <= STEP_MS, `${now - intendedAt}`);
  assert.ok(turns >= 90, `${turns}`);
});

test('[LOAD-6] a late burst lets answers through after each 64 arrivals', async () => {
  const { handedOut, turns } = await pace(
    { kind: 'constant', ratePerSecond: 1_000, durationMs: 1_000 },
    'eco',
    (index) => (index === 0 ? 900 : 0),
  );
  assert.equal(handedOut.length, 1_000);
  assert.equal(turns, Math.floor(901 / 64));
});
