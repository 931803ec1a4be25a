import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { fullRules, type RateRule } from '../rate-rule.ts';
import { createMeter, type Meter } from './index.ts';

const WINDOW = 16_000;
const SLOT = 0;

function meterOf(algorithm: RateRule['algorithm'] & string, limit: number): Meter {
  const meter = createMeter(fullRules([{ name: 'r', limit, windowMs: 1, algorithm }])[0]!);
  meter.grow(1);
  return meter;
}

const other = fc.record({ wait: fc.nat({ max: WINDOW }), cost: fc.integer({ min: 1, max: 5 }) });
const others = fc.array(other, { maxLength: 12 });
const reservation = fc.record({
  limit: fc.integer({ min: 2, max: 12 }),
  reserved: fc.integer({ min: 1, max: 12 }),
  used: fc.nat({ max: 11 }),
  waits: fc.tuple(fc.nat({ max: WINDOW }), fc.nat({ max: 2 * WINDOW })),
});

/** Two meters that live through the same, apart from one reservation: in one what it used was known from the start. */
class Pair {
  readonly reserving: Meter;
  readonly knowing: Meter;
  now = 0;

  constructor(algorithm: RateRule['algorithm'] & string, limit: number) {
    this.reserving = meterOf(algorithm, limit);
    this.knowing = meterOf(algorithm, limit);
  }

  /** Others ask, and what fits in both passes in both. */
  live(steps: readonly { readonly wait: number; readonly cost: number }[]): void {
    for (const { wait, cost } of steps) {
      this.now += wait;
      if (this.#wait(cost) > 0) continue;
      this.reserving.add(SLOT, this.now, cost);
      this.knowing.add(SLOT, this.now, cost);
    }
  }

  /** Reserves now, and gives back what was not used after others have asked; false when it did not fit. */
  reserve(reserved: number, used: number, meanwhile: () => void): boolean {
    if (this.#wait(reserved) > 0) return false;
    const unused = { units: reserved - used, used, since: this.now, before: this.reserving.reset(SLOT, this.now) };
    this.reserving.add(SLOT, this.now, reserved);
    this.knowing.add(SLOT, this.now, used);
    meanwhile();
    this.reserving.back(SLOT, this.now, unused);
    return true;
  }

  left(): readonly [number, number] {
    return [this.reserving.remaining(SLOT, this.now), this.knowing.remaining(SLOT, this.now)];
  }

  #wait(cost: number): number {
    return Math.max(this.reserving.wait(SLOT, this.now, cost), this.knowing.wait(SLOT, this.now, cost));
  }
}

for (const algorithm of ['gcra', 'sliding-counter', 'exact-log', 'fixed-window'] as const) {
  // Windows begin with their first unit, so something of it has to be used there.
  const least = algorithm === 'gcra' || algorithm === 'exact-log' ? 0 : 1;

  test(`[RATE-6] no key has more than if it had asked for what it used alone, however late it gives back (${algorithm})`, () => {
    const property = fc.property(reservation, others, others, others, (ours, before, meanwhile, after) => {
      const pair = new Pair(algorithm, ours.limit);
      pair.live(before);
      pair.now += ours.waits[0];
      fc.pre(ours.used >= least && ours.used <= ours.reserved && ours.reserved <= ours.limit);
      const fitted = pair.reserve(ours.reserved, ours.used, () => {
        pair.live(meanwhile);
        pair.now += ours.waits[1];
      });
      fc.pre(fitted);
      for (const step of [{ wait: 0, cost: 1 }, ...after]) {
        const [reserving, knowing] = pair.left();
        assert.ok(reserving <= knowing, `${reserving} are left, at most ${knowing}`);
        pair.live([step]);
      }
    });
    fc.assert(property, { numRuns: 500, ...propertySeed() });
  });

  test(`[RATE-6] nothing of it is lost when nobody asked meanwhile (${algorithm})`, () => {
    const property = fc.property(reservation, others, (ours, before) => {
      const pair = new Pair(algorithm, ours.limit);
      pair.live(before);
      fc.pre(ours.used >= least && ours.used <= ours.reserved && ours.reserved <= ours.limit);
      fc.pre(pair.reserve(ours.reserved, ours.used, () => pair.live([{ wait: ours.waits[1], cost: 0 }])));
      assert.equal(...pair.left());
      assert.equal(pair.reserving.reset(SLOT, pair.now), pair.knowing.reset(SLOT, pair.now));
    });
    fc.assert(property, { numRuns: 500, ...propertySeed() });
  });
}
