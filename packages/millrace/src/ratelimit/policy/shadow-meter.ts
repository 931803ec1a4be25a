import type { Meter, MeterLimit, Unused } from '../meters/index.ts';
import type { FullRateRule } from '../rate-rule.ts';

/**
 * A meter that never makes anybody wait, and remembers how long the one within would have. It counts what that would have
 * let through.
 */
export class ShadowMeter implements Meter {
  readonly rule: FullRateRule;
  readonly inner: Meter;
  /** How long the last question would have had to wait, in ticks. */
  waited = 0;

  constructor(rule: FullRateRule, inner: Meter) {
    this.rule = rule;
    this.inner = inner;
  }

  change(limit: MeterLimit, now: number): void {
    this.inner.change(limit, now);
  }

  grow(capacity: number): void {
    this.inner.grow(capacity);
  }

  copy(from: number, slot: number): void {
    this.inner.copy(from, slot);
  }

  wait(slot: number, now: number, cost: number): number {
    this.waited = this.inner.wait(slot, now, cost);
    return 0;
  }

  /** @param cost of what was asked for last */
  add(slot: number, now: number, cost: number): void {
    if (this.waited === 0) this.inner.add(slot, now, cost);
  }

  /** @param unused of what was asked for last */
  back(slot: number, now: number, unused: Unused): void {
    if (this.waited === 0) this.inner.back(slot, now, unused);
  }

  remaining(slot: number, now: number): number {
    return this.inner.remaining(slot, now);
  }

  reset(slot: number, now: number): number {
    return this.inner.reset(slot, now);
  }
}
