import { RATELIMIT_ERRORS } from '../errors.ts';
import type { RateKey } from '../rate-key.ts';
import { type FullRateRule, fullRules, type RateRule } from '../rate-rule.ts';
import { type LeaseFigures, noFigures } from './lease-figures.ts';
import { checkLeasable } from './lease-terms.ts';
import { LeasedLimiter, type LeasedLimiterOptions } from './leased-limiter.ts';
import type { LeasedRateDecision, LeasedRateLimiter, LeasedRateLimiterStats } from './leased-rate-limiter.ts';

/**
 * A limiter that leases, whose rules can be changed. Other rules are another limiter: the one before gives back what it holds
 * by the rules by which that was counted, and decides for those who asked it.
 */
export class ChangingLimiter implements LeasedRateLimiter {
  readonly name: string;
  readonly #figures: LeaseFigures = noFigures();
  readonly #make: (rules: readonly FullRateRule[]) => LeasedLimiter;
  readonly #leaving = new Set<Promise<void>>();
  #current: LeasedLimiter;
  #closed = false;

  constructor({ rules, ...options }: Omit<LeasedLimiterOptions, 'figures'>) {
    this.name = options.name;
    this.#make = (wanted) => new LeasedLimiter({ ...options, rules: wanted, figures: this.#figures });
    this.#current = this.#make(rules);
  }

  get rules(): readonly FullRateRule[] {
    return this.#current.rules;
  }

  check(key: RateKey, cost?: number): LeasedRateDecision | Promise<LeasedRateDecision> {
    return this.#current.check(key, cost);
  }

  peek(key: RateKey, cost?: number): Promise<LeasedRateDecision> {
    return this.#current.peek(key, cost);
  }

  settle(key: RateKey, decision: LeasedRateDecision, used: number): Promise<boolean> {
    return this.#current.settle(key, decision, used);
  }

  refund(key: RateKey, decision: LeasedRateDecision): Promise<boolean> {
    return this.#current.settle(key, decision, 0);
  }

  change(rules: readonly RateRule[]): void {
    if (this.#closed) throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
    const next = this.#make(checkLeasable(fullRules(rules)));
    this.#leave();
    this.#current = next;
  }

  stats(): LeasedRateLimiterStats {
    const { allowed, denied, decided, leased } = this.#figures;
    const { holds, redis, lastFailure } = this.#current;
    return { allowed, denied, decided: { ...decided }, held: { ...holds, ...leased }, redis, lastFailure };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    await Promise.all(this.#leaving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #leave(): void {
    const leaving = this.#current.close();
    this.#leaving.add(leaving);
    void leaving.finally(() => this.#leaving.delete(leaving));
  }
}
