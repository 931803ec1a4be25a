import type { Clock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { rateCheck } from '../../signals/index.ts';
import { checkCost } from '../cost.ts';
import { RATELIMIT_ERRORS } from '../errors.ts';
import { encodeRateKey, type RateKey } from '../rate-key.ts';
import type { FullRateRule } from '../rate-rule.ts';
import { Denials } from '../shared/denials.ts';
import { LocalShare } from '../shared/local-share.ts';
import { type Asking, backOf, type Reading, RedisCounts, ruleWords } from '../shared/redis-counts.ts';
import { toMs } from '../ticks.ts';
import { unusedOf } from '../unused.ts';
import type { Holding, Lease, Waiter } from './holding.ts';
import { Holdings } from './holdings.ts';
import type { LeaseFigures } from './lease-figures.ts';
import { type LeaseTerms, leaseTerms } from './lease-terms.ts';
import type { LeasedRateDecision } from './leased-rate-limiter.ts';

/** What {@link LeasedLimiter} takes; nothing is checked here. */
export interface LeasedLimiterOptions {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly driver: RedisDriver;
  readonly timeoutMs: number;
  readonly share: number;
  readonly leaseMs: number;
  readonly maxKeys: number;
  readonly clock: Clock;
  readonly figures: LeaseFigures;
}

/** Less of a burst than this is left to who asks Redis each time. */
const NEAR = 0.1;

/** Limits that are counted in Redis by rules that stay, many units at a time, before they are used. */
export class LeasedLimiter {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly #words: readonly string[];
  readonly #clock: Clock;
  readonly #counts: RedisCounts;
  readonly #terms: LeaseTerms;
  readonly #holdings: Holdings;
  readonly #denials: Denials;
  readonly #local: LocalShare;
  /** What is under way to Redis, that `close` waits for. */
  readonly #pending = new Set<Promise<unknown>>();
  readonly #figures: LeaseFigures;
  #closed = false;

  constructor({ name, rules, driver, timeoutMs, share, leaseMs, maxKeys, clock, figures }: LeasedLimiterOptions) {
    this.name = name;
    this.#figures = figures;
    this.rules = rules;
    this.#words = ruleWords(rules);
    this.#clock = clock;
    this.#counts = new RedisCounts({ name, driver, timeoutMs, clock });
    this.#terms = leaseTerms(rules, leaseMs, share);
    this.#holdings = new Holdings(maxKeys, this.#terms.termMs, clock, (key, lease) => this.#giveBack(key, lease));
    this.#denials = new Denials(maxKeys);
    this.#local = new LocalShare({ name, rules, share, maxKeys, clock });
  }

  check(key: RateKey, cost = 1): LeasedRateDecision | Promise<LeasedRateDecision> {
    const text = this.#begin(key, cost);
    const nowMs = this.#clock.now();
    const holding = this.#holdings.find(text);
    const lease = holding?.take(cost, nowMs);
    if (lease !== undefined) {
      if (holding!.runsOut) this.#ahead(holding!);
      return this.#tell(this.#passed(holding!, cost, 'lease', lease.since));
    }
    const denial = this.#denials.find(text, cost, nowMs);
    if (denial !== undefined) return this.#tell({ ...denial, by: 'denial' });
    const asked = this.#terms.most === 0 ? this.#ask(text, cost) : this.#miss(text, cost, nowMs);
    return asked.then((decision) => this.#tell(decision));
  }

  async peek(key: RateKey, cost = 1): Promise<LeasedRateDecision> {
    const text = this.#begin(key, cost);
    const reading = await this.#counts.ask(text, 'look', cost, this.#words);
    return reading === undefined ? { ...this.#local.peek(text, cost), by: 'local' } : this.#said(reading, cost);
  }

  async settle(key: RateKey, decision: LeasedRateDecision, used: number): Promise<boolean> {
    const text = this.#begin(key, used);
    if (decision.by === 'local') {
      this.#local.settle(text, decision, used);
      return true;
    }
    const beyond = used - (decision.allowed ? decision.cost : 0);
    if (beyond === 0) return true;
    this.#denials.forget(text);
    // What others were counted for at the same time is not known, so neither is what was owed before.
    const what: Asking = beyond > 0 ? 'add' : backOf(unusedOf(decision, used), -1);
    return (await this.#counts.ask(text, what, Math.abs(beyond), this.#words)) !== undefined;
  }

  get holds(): { readonly keys: number; readonly unused: number } {
    return { keys: this.#holdings.size, unused: this.#holdings.units };
  }

  get redis(): RedisCounts['state'] {
    return this.#counts.state;
  }

  get lastFailure(): string | undefined {
    return this.#counts.lastFailure;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#holdings.close();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    this.#denials.clear();
    this.#local.close();
  }

  #begin(key: RateKey, cost: number): string {
    if (this.#closed) throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
    checkCost(cost);
    return encodeRateKey(key);
  }

  /** Decides a question for which nothing is leased: with the next lease, or alone. */
  #miss(text: string, cost: number, nowMs: number): Promise<LeasedRateDecision> {
    const holding = this.#holdings.open(text, nowMs);
    if (holding === undefined || holding.near) return this.#ask(text, cost, holding);
    holding.missed(cost);
    return new Promise((decide) => {
      holding.waiting.push({ cost, decide });
      if (!holding.asking) this.#ahead(holding);
    });
  }

  #ahead(holding: Holding): void {
    void this.#track(this.#reserve(holding));
  }

  /** Has Redis count what those who wait asked for, and a lease beside. */
  async #reserve(holding: Holding): Promise<void> {
    holding.asking = true;
    const askedAtMs = this.#clock.now();
    this.#holdings.lapse(holding, askedAtMs);
    const waiting = holding.waiting.splice(0);
    const wanted = waiting.reduce((sum, { cost }) => sum + cost, 0);
    const size = holding.size(askedAtMs, this.#terms);
    const nothing = waiting.length === 0 && size === 0;
    const reading = nothing ? holding.told : await this.#counts.ask(holding.key, 'check', wanted + size, this.#words);
    holding.asking = false;
    if (reading === undefined) {
      holding.refused();
      for (const { cost, decide } of [...waiting, ...holding.waiting.splice(0)]) decide(this.#away(holding.key, cost));
      return;
    }
    this.#hear(holding, reading);
    if (nothing || reading.wait > 0) holding.refused();
    else this.#keep(holding, size, reading, askedAtMs);
    this.#serve(holding, waiting, reading, size);
  }

  #keep(holding: Holding, units: number, { now }: Reading, askedAtMs: number): void {
    if (units === 0) return;
    const lease: Lease = { units, since: now, endsMs: askedAtMs + this.#terms.termMs };
    this.#figures.leased.leases++;
    this.#figures.leased.units += units;
    if (this.#closed) this.#giveBack(holding.key, lease);
    else this.#holdings.keep(holding, lease, askedAtMs);
  }

  /** Decides for those whose cost was in the question, and for those who came meanwhile. */
  #serve(holding: Holding, asked: readonly Waiter[], reading: Reading, size: number): void {
    const denied = reading.wait > 0;
    for (const { cost, decide } of asked) {
      if (!denied) decide(this.#passed(holding, cost, 'redis', reading.now));
      else
        decide(asked.length === 1 && size === 0 ? this.#deny(holding.key, reading, cost) : this.#alone(holding, cost));
    }
    const nowMs = this.#clock.now();
    for (const waiter of holding.waiting.splice(0)) {
      const lease = holding.take(waiter.cost, nowMs);
      if (lease !== undefined) waiter.decide(this.#passed(holding, waiter.cost, 'lease', lease.since));
      else if (denied || this.#closed) waiter.decide(this.#alone(holding, waiter.cost));
      else holding.waiting.push(waiter);
    }
    if (holding.waiting.length > 0) this.#ahead(holding);
  }

  #alone(holding: Holding, cost: number): Promise<LeasedRateDecision> {
    return this.#ask(holding.key, cost, holding);
  }

  /** Asks Redis about this cost and nothing else. */
  #ask(text: string, cost: number, holding?: Holding): Promise<LeasedRateDecision> {
    const askedAtMs = this.#clock.now();
    const decided = this.#counts.ask(text, 'check', cost, this.#words).then((reading) => {
      if (reading === undefined) return this.#away(text, cost);
      if (holding !== undefined) this.#hear(holding, reading);
      return reading.wait > 0 ? this.#deny(text, reading, cost, askedAtMs) : this.#said(reading, cost);
    });
    return this.#track(decided);
  }

  #hear(holding: Holding, reading: Reading): void {
    holding.told = reading;
    holding.near = reading.remaining < NEAR * this.rules[reading.rule]!.burst;
  }

  #deny(text: string, reading: Reading, cost: number, askedAtMs = this.#clock.now()): LeasedRateDecision {
    const decision = this.#said(reading, cost);
    this.#denials.keep(text, decision, askedAtMs);
    return decision;
  }

  #away(text: string, cost: number): LeasedRateDecision {
    return { ...this.#local.check(text, cost), by: 'local' };
  }

  #said({ rule, wait, remaining, reset, now }: Reading, cost: number): LeasedRateDecision {
    const times = { retryAfterMs: toMs(wait), resetMs: toMs(reset) };
    return { allowed: wait === 0, cost, rule: this.rules[rule]!, remaining, ...times, countedAt: now, by: 'redis' };
  }

  #passed(holding: Holding, cost: number, by: 'lease' | 'redis', countedAt: number): LeasedRateDecision {
    const { rule, remaining, reset } = holding.told!;
    return {
      allowed: true,
      cost,
      rule: this.rules[rule]!,
      remaining: remaining + holding.units,
      retryAfterMs: 0,
      resetMs: toMs(reset),
      countedAt,
      by,
    };
  }

  #giveBack(key: string, { units, since }: Lease): void {
    if (units === 0) return;
    this.#figures.leased.givenBack += units;
    void this.#track(this.#counts.ask(key, `back ${since} 0 0 0`, units, this.#words));
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    this.#pending.add(promise);
    void promise.finally(() => this.#pending.delete(promise));
    return promise;
  }

  #tell(decision: LeasedRateDecision): LeasedRateDecision {
    const { allowed, by, rule } = decision;
    const figures = this.#figures;
    figures.decided[by]++;
    if (allowed) figures.allowed++;
    else figures.denied++;
    if (rateCheck.hasSubscribers) {
      rateCheck.publish({ name: this.name, rule: rule.name, outcome: allowed ? 'allowed' : 'denied' });
    }
    return decision;
  }
}
