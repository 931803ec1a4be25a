import type { Clock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { rateCheck } from '../../signals/index.ts';
import { checkCost } from '../cost.ts';
import { RATELIMIT_ERRORS } from '../errors.ts';
import { encodeRateKey, type RateKey } from '../rate-key.ts';
import { type FullRateRule, shortRule } from '../rate-rule.ts';
import type { SharedRateDecision, SharedRateLimiter, SharedRateLimiterStats } from '../shared-rate-limiter.ts';
import { toMs } from '../ticks.ts';
import { Denials } from './denials.ts';
import { LocalShare } from './local-share.ts';
import { type Reading, RedisCounts, ruleWords } from './redis-counts.ts';

/** What {@link SharedLimiter} takes; nothing is checked here. */
export interface SharedLimiterOptions {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly driver: RedisDriver;
  readonly timeoutMs: number;
  readonly share: number;
  readonly maxKeys: number;
  readonly clock: Clock;
}

/** Limits that are counted in Redis; in memory only denials that still hold, and what passes while Redis is away. */
export class SharedLimiter implements SharedRateLimiter {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly #words: readonly string[];
  readonly #clock: Clock;
  readonly #counts: RedisCounts;
  readonly #denials: Denials;
  readonly #local: LocalShare;
  #closed = false;
  readonly #decided = { redis: 0, denial: 0, local: 0 };
  #allowed = 0;
  #denied = 0;

  constructor({ name, rules, driver, timeoutMs, share, maxKeys, clock }: SharedLimiterOptions) {
    this.name = name;
    this.rules = rules;
    this.#words = ruleWords(rules);
    this.#clock = clock;
    this.#counts = new RedisCounts({ name, driver, timeoutMs, clock });
    this.#denials = new Denials(maxKeys);
    this.#local = new LocalShare({ name, rules, share, maxKeys, clock });
  }

  async check(key: RateKey, cost = 1): Promise<SharedRateDecision> {
    const text = this.#begin(key, cost);
    const decision = await this.#check(text, cost, this.rules, this.#words);
    return this.#tell(decision ?? { ...this.#local.check(text, cost), by: 'local' });
  }

  async peek(key: RateKey, cost = 1): Promise<SharedRateDecision> {
    const text = this.#begin(key, cost);
    const reading = await this.#counts.ask(text, 'look', cost, this.#words);
    if (reading === undefined) return { ...this.#local.peek(text, cost), by: 'local' };
    return toDecision(this.rules, cost, reading);
  }

  async isAllowed(key: RateKey, limit?: number, windowMs?: number): Promise<boolean> {
    if (limit === undefined && windowMs === undefined) return (await this.check(key)).allowed;
    const text = this.#begin(key, 1);
    const rule = shortRule(limit, windowMs);
    const decision = await this.#check(`${rule.name}/${text}`, 1, [rule], ruleWords([rule]));
    return this.#tell(decision ?? { ...this.#local.checkShort(text, rule), by: 'local' }).allowed;
  }

  async settle(key: RateKey, decision: SharedRateDecision, used: number): Promise<boolean> {
    const text = this.#begin(key, used);
    if (decision.by === 'local') {
      this.#local.settle(text, decision, used);
      return true;
    }
    const beyond = used - (decision.allowed ? decision.cost : 0);
    if (beyond === 0) return true;
    this.#denials.forget(text);
    return (await this.#counts.ask(text, 'add', beyond, this.#words)) !== undefined;
  }

  refund(key: RateKey, decision: SharedRateDecision): Promise<boolean> {
    return this.settle(key, decision, 0);
  }

  stats(): SharedRateLimiterStats {
    const { state, lastFailure } = this.#counts;
    return { allowed: this.#allowed, denied: this.#denied, decided: { ...this.#decided }, redis: state, lastFailure };
  }

  close(): void {
    this.#closed = true;
    this.#denials.clear();
    this.#local.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #begin(key: RateKey, cost: number): string {
    if (this.#closed) throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
    checkCost(cost);
    return encodeRateKey(key);
  }

  /** Undefined when Redis does not say. */
  async #check(
    text: string,
    cost: number,
    rules: readonly FullRateRule[],
    words: readonly string[],
  ): Promise<SharedRateDecision | undefined> {
    const askedAtMs = this.#clock.now();
    const denial = this.#denials.find(text, cost, askedAtMs);
    if (denial !== undefined) return { ...denial, by: 'denial' };
    const reading = await this.#counts.ask(text, 'check', cost, words);
    if (reading === undefined) return undefined;
    const decision = toDecision(rules, cost, reading);
    if (!decision.allowed) this.#denials.keep(text, decision, askedAtMs);
    return decision;
  }

  #tell(decision: SharedRateDecision): SharedRateDecision {
    const { allowed, by, rule } = decision;
    this.#decided[by]++;
    if (allowed) this.#allowed++;
    else this.#denied++;
    if (rateCheck.hasSubscribers) {
      rateCheck.publish({ name: this.name, rule: rule.name, outcome: allowed ? 'allowed' : 'denied' });
    }
    return decision;
  }
}

function toDecision(
  rules: readonly FullRateRule[],
  cost: number,
  { rule, wait, remaining, reset }: Reading,
): SharedRateDecision {
  const times = { retryAfterMs: toMs(wait), resetMs: toMs(reset) };
  return { allowed: wait === 0, cost, rule: rules[rule]!, remaining, ...times, by: 'redis' };
}
