import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { fullRules, type RateRule } from '../rate-rule.ts';
import { createMeter, type Meter } from './index.ts';
import { CountModel, LogModel } from './windows.test.model.ts';

const MODELS = {
  'sliding-counter': (limit: number, window: number) => new CountModel(limit, window, true),
  'fixed-window': (limit: number, window: number) => new CountModel(limit, window, false),
  'exact-log': (limit: number, window: number) => new LogModel(limit, window),
} as const;

const WINDOW = 16_000;
const SLOT = 2;

function meterOf(algorithm: RateRule['algorithm'] & string, limit: number): Meter {
  const meter = createMeter(fullRules([{ name: 'r', limit, windowMs: 1, algorithm }])[0]!);
  meter.grow(4);
  return meter;
}

const step = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 0, max: 3 * WINDOW })),
  what: fc.constantFrom('check', 'check', 'check', 'force', 'give'),
  cost: fc.integer({ min: 0, max: 9 }),
  ago: fc.nat({ max: 5 }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 60 });

/** Holds a meter to what its history says: what fits, what is left, and when more fits. */
function holdToModel(algorithm: keyof typeof MODELS): void {
  const property = fc.property(fc.integer({ min: 1, max: 12 }), steps, (limit, script) => {
    const [meter, model] = [meterOf(algorithm, limit), MODELS[algorithm](limit, WINDOW)];
    const times: number[] = [];
    let now = 0;
    for (const { wait, what, cost, ago } of script) {
      now += wait;
      const forTicks = meter.wait(SLOT, now, cost);
      assert.equal(forTicks === 0, cost <= limit && model.fits(now, cost), `${cost} at ${now}`);
      if (forTicks > 0 && forTicks < Infinity) {
        assert.equal(model.fits(now + forTicks, cost), true);
        assert.equal(model.fits(now + forTicks - 1, cost), false);
      }
      if (what === 'give') {
        const since = times.at(-1 - ago) ?? now;
        meter.back(SLOT, now, { units: cost, used: 0, since, before: 0 });
        model.back(now, since, cost);
      } else if (what === 'force' || forTicks === 0) {
        meter.add(SLOT, now, cost);
        model.add(now, cost);
        times.push(now);
      }
      assert.equal(meter.remaining(SLOT, now), model.remaining(now));
      const reset = meter.reset(SLOT, now);
      assert.equal(model.fits(now + reset, limit), true);
      assert.ok(reset <= 2 * WINDOW);
      if (algorithm !== 'sliding-counter') assert.equal(reset > 0, model.remaining(now) < limit);
      // A slot that is copied is what the other is, and then goes its own way.
      meter.copy(SLOT, 3);
      assert.equal(meter.wait(3, now, 1), meter.wait(SLOT, now, 1));
      meter.add(3, now, 5);
    }
  });
  fc.assert(property, { numRuns: 1_500, ...propertySeed() });
}

test('[RATE-11] an exact log counts what came within the last window', () => holdToModel('exact-log'));

test('[RATE-12] a sliding counter counts the window before by its share of the last window', () => {
  holdToModel('sliding-counter');
  const meter = meterOf('sliding-counter', 10);
  meter.add(SLOT, 0, 10);
  assert.deepEqual([meter.wait(SLOT, WINDOW - 1, 1), meter.remaining(SLOT, 1.5 * WINDOW)], [1 + WINDOW / 10, 5]);
});

test('[RATE-13] a fixed window counts what came since its first unit', () => holdToModel('fixed-window'));

test('[RATE-11] an exact log passes no more than the limit in any window, wherever it begins', () => {
  const waits = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 100 });
  const property = fc.property(fc.integer({ min: 1, max: 8 }), waits, (limit, script) => {
    const meter = meterOf('exact-log', limit);
    const passed: number[] = [];
    let now = 0;
    for (const wait of script) {
      now += wait;
      if (meter.wait(SLOT, now, 1) > 0) continue;
      meter.add(SLOT, now, 1);
      passed.push(now);
    }
    passed.forEach((time, at) => {
      const end = passed[at + limit];
      assert.ok(end === undefined || end - time >= WINDOW);
    });
  });
  fc.assert(property, { numRuns: 500, ...propertySeed() });
});

test('[RATE-13] a fixed window begins with its first unit, and around its end passes twice the limit', () => {
  const meter = meterOf('fixed-window', 5);
  meter.add(SLOT, 1_000, 1);
  meter.add(SLOT, 16_999, 4);
  assert.deepEqual([meter.wait(SLOT, 16_999, 1), meter.wait(SLOT, 17_000, 5)], [1, 0]);
});
