import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, Histogram } from 'millrace/core';
import { sampleLoopDelay } from './loop-delay.ts';

/** A clock whose one timer the test fires as late as it likes. */
class LateClock implements Clock {
  time = 0;
  #due = 0;
  #fire: (() => void) | undefined;
  now = (): number => this.time;
  wallNow = (): number => this.time;
  schedule = (delayMs: number, fire: () => void) => {
    this.#due = this.time + delayMs;
    this.#fire = fire;
    const cancel = (): void => {
      this.#fire = undefined;
    };
    return { cancel };
  };

  fireLate(byMs: number): boolean {
    const fire = this.#fire;
    this.time = this.#due + byMs;
    fire?.();
    return fire !== undefined;
  }
}

test('[REF-95] a stall counts for every sample that it kept from being taken', () => {
  const clock = new LateClock();
  const delays = new Histogram();
  const stop = sampleLoopDelay(delays, clock);
  for (let i = 0; i < 100; i++) clock.fireLate(0.5);
  clock.fireLate(1_000);
  assert.equal(delays.count, 100 + 501);
  assert.equal(delays.max, 1_000_000);
  assert.ok(delays.percentile(75) > 400_000, 'half of the time was spent in the stall');
  stop();
  assert.equal(clock.fireLate(0), false);
});
