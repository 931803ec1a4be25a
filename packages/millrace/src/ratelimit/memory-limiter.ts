import type { Clock } from '../core/index.ts';
import { rateCheck } from '../signals/index.ts';
import { checkCost } from './cost.ts';
import { RATELIMIT_ERRORS } from './errors.ts';
import { createMeter, type Meter } from './meters/index.ts';
import type { RateDecision } from './rate-decision.ts';
import { encodeRateKey, type RateKey } from './rate-key.ts';
import type { RateLimiter, RateLimiterStats } from './rate-limiter.ts';
import type { FullRateRule } from './rate-rule.ts';
import { ShortForm } from './short-form.ts';
import { CROWD, SubjectTable } from './subject-table.ts';
import { toMs, toTicks } from './ticks.ts';

/** What {@link MemoryLimiter} takes; nothing is checked here. */
export interface MemoryLimiterOptions {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly maxKeys: number;
  readonly clock: Clock;
  /** Whether decisions are for whoever made this to publish. Default false. */
  readonly silent?: boolean;
}

/** Limits in memory: a table of subjects, and a meter for each rule over the same slots. */
export class MemoryLimiter implements RateLimiter {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly #clock: Clock;
  readonly #beganMs: number;
  readonly #meters: readonly Meter[];
  readonly #table: SubjectTable;
  readonly #shortForm: ShortForm;
  readonly #silent: boolean;
  #closed = false;
  #allowed = 0;
  #denied = 0;

  constructor({ name, rules, maxKeys, clock, silent = false }: MemoryLimiterOptions) {
    this.#silent = silent;
    this.name = name;
    this.rules = rules;
    this.#clock = clock;
    this.#beganMs = clock.now();
    this.#meters = rules.map(createMeter);
    this.#table = new SubjectTable(maxKeys, this.#meters);
    this.#shortForm = new ShortForm(maxKeys);
  }

  check(key: RateKey, cost = 1): RateDecision {
    const now = this.#begin(cost);
    const slot = this.#table.open(encodeRateKey(key), now);
    const denying = this.#denying(slot, now, cost);
    this.#count(denying, slot, now, cost);
    return this.#decide(denying, slot, now, cost);
  }

  peek(key: RateKey, cost = 1): RateDecision {
    const now = this.#begin(cost);
    const slot = this.#table.look(encodeRateKey(key));
    return this.#decide(this.#denying(slot, now, cost), slot, now, cost);
  }

  isAllowed(key: RateKey, limit?: number, windowMs?: number): boolean {
    const now = this.#begin(1);
    const text = encodeRateKey(key);
    if (limit !== undefined || windowMs !== undefined) {
      const allowed = this.#shortForm.take(text, limit ?? 100, windowMs ?? 60_000, now);
      this.#tell(allowed, 'short form');
      return allowed;
    }
    const slot = this.#table.open(text, now);
    const denying = this.#denying(slot, now, 1);
    this.#count(denying, slot, now, 1);
    return denying < 0;
  }

  settle(key: RateKey, decision: RateDecision, used: number): void {
    const now = this.#begin(used);
    const beyond = used - (decision.allowed ? decision.cost : 0);
    const text = encodeRateKey(key);
    const slot = beyond > 0 ? this.#table.open(text, now) : this.#table.look(text);
    // What one gives back is not for all who have no place: it may have been counted where it has lapsed since.
    if (beyond <= 0 && slot === CROWD) return;
    for (const meter of this.#meters) meter.add(slot, now, beyond);
  }

  refund(key: RateKey, decision: RateDecision): void {
    this.settle(key, decision, 0);
  }

  stats(): RateLimiterStats {
    return {
      allowed: this.#allowed,
      denied: this.#denied,
      keys: this.#table.size + this.#shortForm.size,
      crowded: this.#table.crowded + this.#shortForm.crowded,
    };
  }

  close(): void {
    this.#closed = true;
    this.#table.clear();
    this.#shortForm.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The time, when there is nothing against the question. */
  #begin(cost: number): number {
    if (this.#closed) throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
    checkCost(cost);
    return toTicks(this.#clock.now() - this.#beganMs);
  }

  /** The rule that makes this cost wait, the longest; -1 when none does. */
  #denying(slot: number, now: number, cost: number): number {
    let denying = -1;
    let longest = 0;
    for (let at = 0; at < this.#meters.length; at++) {
      const wait = this.#meters[at]!.wait(slot, now, cost);
      if (wait <= longest) continue;
      longest = wait;
      denying = at;
    }
    return denying;
  }

  #count(denying: number, slot: number, now: number, cost: number): void {
    if (denying < 0) for (const meter of this.#meters) meter.add(slot, now, cost);
    this.#tell(denying < 0, this.rules[Math.max(0, denying)]!.name);
  }

  #tell(allowed: boolean, rule: string): void {
    if (allowed) this.#allowed++;
    else this.#denied++;
    if (this.#silent || !rateCheck.hasSubscribers) return;
    rateCheck.publish({ name: this.name, rule, outcome: allowed ? 'allowed' : 'denied' });
  }

  #decide(denying: number, slot: number, now: number, cost: number): RateDecision {
    const at = denying < 0 ? this.#tightest(slot, now) : denying;
    const meter = this.#meters[at]!;
    return {
      allowed: denying < 0,
      cost,
      rule: this.rules[at]!,
      remaining: meter.remaining(slot, now),
      retryAfterMs: denying < 0 ? 0 : toMs(meter.wait(slot, now, cost)),
      resetMs: toMs(meter.reset(slot, now)),
    };
  }

  #tightest(slot: number, now: number): number {
    let tightest = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (let at = 0; this.#meters.length > 1 && at < this.#meters.length; at++) {
      const remaining = this.#meters[at]!.remaining(slot, now);
      if (remaining >= fewest) continue;
      fewest = remaining;
      tightest = at;
    }
    return tightest;
  }
}
