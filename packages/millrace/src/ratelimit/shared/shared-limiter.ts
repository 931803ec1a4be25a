import type { Clock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { rateCheck } from '../../signals/index.ts';
import { checkCost } from '../cost.ts';
import { RATELIMIT_ERRORS } from '../errors.ts';
import { checkWhole, refuseOption } from '../option-check.ts';
import { type BanRule, type HeavyHitterOptions, HeavyHitters, MAX_BAN_MS, Strikes } from '../policy/index.ts';
import { encodeRateKey, type RateKey } from '../rate-key.ts';
import { type FullRateRule, fullRules, type RateRule, shortRule } from '../rate-rule.ts';
import type { SharedRateDecision, SharedRateLimiter, SharedRateLimiterStats } from '../shared-rate-limiter.ts';
import { toMs, toTicks } from '../ticks.ts';
import { unusedOf } from '../unused.ts';
import { Denials } from './denials.ts';
import { LocalShare } from './local-share.ts';
import { type Asking, backOf, type Reading, RedisCounts, ruleWords } from './redis-counts.ts';
import { SharedBans } from './shared-bans.ts';

/** What {@link SharedLimiter} takes; nothing is checked here but `heavyHitters`. */
export interface SharedLimiterOptions {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly driver: RedisDriver;
  readonly timeoutMs: number;
  readonly share: number;
  readonly maxKeys: number;
  readonly clock: Clock;
  readonly bans?: boolean;
  readonly autoBan?: BanRule | undefined;
  readonly heavyHitters?: HeavyHitterOptions | undefined;
}

/** Rules, and how the script is told of them. */
interface RuleSet {
  readonly rules: readonly FullRateRule[];
  readonly words: readonly string[];
}

/** What rules in shadow mode count lies apart, for it expires by itself. No key of a limiter begins so. */
const SHADOW = '%s/';
/** What short forms count lies apart too, for a key that reads like theirs would share its expiry and its denials. */
const SHORT = '%n/';

/** Limits that are counted in Redis; in memory only denials that still hold, and what passes while Redis is away. */
export class SharedLimiter implements SharedRateLimiter {
  readonly name: string;
  readonly #clock: Clock;
  readonly #counts: RedisCounts;
  readonly #bans: SharedBans | undefined;
  readonly #strikes: Strikes | undefined;
  readonly #hitters: HeavyHitters;
  readonly #maxKeys: number;
  readonly #makeLocal: (rules: readonly FullRateRule[]) => LocalShare;
  readonly #autoBan: BanRule | undefined;
  #rules: readonly FullRateRule[];
  #kept: RuleSet;
  #shadow: RuleSet;
  #local: LocalShare;
  #denials: Denials;
  #closed = false;
  readonly #decided = { redis: 0, denial: 0, local: 0 };
  #allowed = 0;
  #denied = 0;
  #shadowDenied = 0;

  constructor(options: SharedLimiterOptions) {
    const { name, rules, driver, timeoutMs, share, maxKeys, clock, bans, autoBan, heavyHitters } = options;
    this.name = name;
    this.#rules = rules;
    this.#kept = ruleSet(rules, false);
    this.#shadow = ruleSet(rules, true);
    this.#clock = clock;
    this.#counts = new RedisCounts({ name, driver, timeoutMs, clock });
    this.#maxKeys = maxKeys;
    this.#denials = new Denials(maxKeys);
    this.#makeLocal = (local) => new LocalShare({ name, rules: local, share, maxKeys, clock });
    this.#local = this.#makeLocal(rules);
    this.#autoBan = autoBan;
    this.#strikes = autoBan && new Strikes(autoBan, maxKeys);
    this.#bans = bans || autoBan ? new SharedBans(this.#counts, clock, maxKeys) : undefined;
    this.#hitters = new HeavyHitters(name, heavyHitters);
  }

  get rules(): readonly FullRateRule[] {
    return this.#rules;
  }

  async check(key: RateKey, cost = 1): Promise<SharedRateDecision> {
    const text = this.#begin(key, cost);
    if (this.#bans === undefined && this.#shadow.rules.length === 0) {
      const decision = await this.#ask(text, cost, this.#kept);
      return this.#tell(text, decision ?? { ...this.#local.check(text, cost), by: 'local' });
    }
    const undo = (decision: SharedRateDecision): unknown => this.refund(key, decision);
    return this.#unlessBanned(text, text, cost, () => this.#checkRules(text, cost), undo);
  }

  async peek(key: RateKey, cost = 1): Promise<SharedRateDecision> {
    const text = this.#begin(key, cost);
    const { rules, words } = this.#kept;
    const banned = this.#bans?.askMs(text);
    const reading = rules.length === 0 ? undefined : await this.#counts.ask(text, 'look', cost, words);
    const bannedMs = (await banned) ?? 0;
    if (bannedMs > 0) return this.#banned(cost, bannedMs, 'redis');
    if (reading !== undefined) return this.#besideShadow(text, 'look', toDecision(rules, cost, reading));
    const decision = this.#local.peek(text, cost);
    if (rules.length > 0) return { ...decision, by: 'local' };
    return this.#besideShadow(text, 'look', { ...decision, by: 'redis' });
  }

  async isAllowed(key: RateKey, limit?: number, windowMs?: number): Promise<boolean> {
    if (limit === undefined && windowMs === undefined) return (await this.check(key)).allowed;
    const text = this.#begin(key, 1);
    const rule = shortRule(limit, windowMs);
    const set = { rules: [rule], words: ruleWords([rule]) };
    const counted = `${SHORT}${rule.name}/${text}`;
    const decide = async (): Promise<SharedRateDecision> =>
      (await this.#ask(counted, 1, set)) ?? { ...this.#local.checkShort(text, rule), by: 'local' };
    const undo = (decision: SharedRateDecision): unknown =>
      decision.by === 'redis' && this.#correct(counted, set, decision, 0);
    return (await this.#unlessBanned(text, counted, 1, decide, undo)).allowed;
  }

  async settle(key: RateKey, decision: SharedRateDecision, used: number): Promise<boolean> {
    const text = this.#begin(key, used);
    if (decision.by === 'local') {
      this.#local.settle(text, decision, used);
      return true;
    }
    if (used === (decision.allowed ? decision.cost : 0)) return true;
    this.#denials.forget(text);
    const { shadowCountedAt: countedAt } = decision;
    if (countedAt !== undefined) void this.#correct(SHADOW + text, this.#shadow, { ...decision, countedAt }, used);
    return this.#kept.rules.length === 0 || this.#correct(text, this.#kept, decision, used);
  }

  refund(key: RateKey, decision: SharedRateDecision): Promise<boolean> {
    return this.settle(key, decision, 0);
  }

  change(rules: readonly RateRule[]): void {
    this.#refuseIfClosed();
    this.#rules = fullRules(rules);
    this.#kept = ruleSet(this.#rules, false);
    this.#shadow = ruleSet(this.#rules, true);
    // What was denied, or is being asked for, may pass by these, and what passes while Redis is away is a share of these.
    this.#denials = new Denials(this.#maxKeys);
    this.#local.close();
    this.#local = this.#makeLocal(this.#rules);
  }

  async ban(key: RateKey, forMs: number): Promise<boolean> {
    const text = this.#begin(key, 0);
    return this.#bansOf().set(text, checkWhole('forMs', forMs, 1, MAX_BAN_MS));
  }

  async unban(key: RateKey): Promise<boolean> {
    return this.#bansOf().lift(this.#begin(key, 0));
  }

  stats(): SharedRateLimiterStats {
    const { state, lastFailure } = this.#counts;
    const counts = { allowed: this.#allowed, denied: this.#denied, shadowDenied: this.#shadowDenied };
    return { ...counts, decided: { ...this.#decided }, redis: state, lastFailure };
  }

  close(): void {
    if (!this.#closed) this.#hitters.tell(toTicks(this.#clock.now()));
    this.#closed = true;
    this.#denials.clear();
    this.#bans?.clear();
    this.#strikes?.clear();
    this.#local.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #begin(key: RateKey, cost: number): string {
    this.#refuseIfClosed();
    checkCost(cost);
    return encodeRateKey(key);
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
  }

  #bansOf(): SharedBans {
    if (this.#bans !== undefined) return this.#bans;
    throw refuseOption('bans', false, 'true, in each process that shares the limiter');
  }

  async #checkRules(text: string, cost: number): Promise<SharedRateDecision> {
    if (this.#kept.rules.length === 0) {
      return this.#besideShadow(text, 'check', { ...this.#local.check(text, cost), by: 'redis' });
    }
    const decision = await this.#ask(text, cost, this.#kept);
    if (decision === undefined) return { ...this.#local.check(text, cost), by: 'local' };
    return decision.allowed ? this.#besideShadow(text, 'check', decision) : decision;
  }

  /**
   * Both are asked in one turn, so that a key that is not banned waits no longer; neither while a denial holds.
   * @param counted under which name the rules count it
   */
  async #unlessBanned(
    text: string,
    counted: string,
    cost: number,
    decide: () => Promise<SharedRateDecision>,
    undo: (decision: SharedRateDecision) => unknown,
  ): Promise<SharedRateDecision> {
    const bans = this.#bans;
    if (bans === undefined) return this.#tell(text, await decide());
    const knownMs = bans.knownMs(text);
    if (knownMs > 0) return this.#tell(text, this.#banned(cost, knownMs, 'denial'));
    const denial = bans.mayKnow(text) ? undefined : this.#denials.find(counted, cost, this.#clock.now());
    if (denial !== undefined) return this.#tell(text, { ...denial, by: 'denial' });
    const [bannedMs, decision] = await Promise.all([bans.askMs(text), decide()]);
    if (bannedMs === 0) return this.#tell(text, decision);
    if (decision.allowed) void undo(decision);
    return this.#tell(text, this.#banned(cost, bannedMs, 'redis'));
  }

  /** What rules in shadow mode say of what passes. Nothing when Redis does not say. */
  async #besideShadow(text: string, what: 'check' | 'look', decision: SharedRateDecision): Promise<SharedRateDecision> {
    const { rules, words } = this.#shadow;
    if (rules.length === 0) return decision;
    const reading = await this.#counts.ask(SHADOW + text, what, decision.cost, words);
    if (reading === undefined) return decision;
    if (reading.wait === 0) return what === 'check' ? { ...decision, shadowCountedAt: reading.now } : decision;
    return { ...decision, shadow: { rule: rules[reading.rule]!, retryAfterMs: toMs(reading.wait) } };
  }

  /** Gives back what was not used, or counts what was used beyond; false when Redis does not say that it did. */
  async #correct(
    text: string,
    { rules, words }: RuleSet,
    decision: SharedRateDecision,
    used: number,
  ): Promise<boolean> {
    const beyond = used - (decision.allowed ? decision.cost : 0);
    const what: Asking = beyond > 0 ? 'add' : backOf(unusedOf(decision, used), rules.indexOf(decision.rule));
    return (await this.#counts.ask(text, what, Math.abs(beyond), words)) !== undefined;
  }

  #banned(cost: number, ms: number, by: SharedRateDecision['by']): SharedRateDecision {
    const rule = this.#rules[0]!;
    return { allowed: false, cost, rule, remaining: 0, retryAfterMs: ms, resetMs: ms, countedAt: 0, by, banned: true };
  }

  /** Undefined when Redis does not say. */
  async #ask(text: string, cost: number, { rules, words }: RuleSet): Promise<SharedRateDecision | undefined> {
    const askedAtMs = this.#clock.now();
    const denials = this.#denials;
    const denial = denials.find(text, cost, askedAtMs);
    if (denial !== undefined) return { ...denial, by: 'denial' };
    const reading = await this.#counts.ask(text, 'check', cost, words);
    if (reading === undefined) return undefined;
    const decision = toDecision(rules, cost, reading);
    if (!decision.allowed) denials.keep(text, decision, askedAtMs);
    return decision;
  }

  #tell(text: string, decision: SharedRateDecision): SharedRateDecision {
    const { allowed, by, rule, shadow } = decision;
    this.#decided[by]++;
    if (allowed) this.#allowed++;
    else this.#denied++;
    if (shadow !== undefined) this.#shadowDenied++;
    if (!allowed) this.#denial(text, decision);
    if (rateCheck.hasSubscribers) {
      const told = { name: this.name, rule: rule.name, outcome: allowed ? 'allowed' : 'denied' } as const;
      rateCheck.publish(shadow === undefined ? told : { ...told, shadow: shadow.rule.name });
    }
    return decision;
  }

  /** What a denial leads to; of what is banned no new ban. */
  #denial(text: string, { banned }: SharedRateDecision): void {
    const now = toTicks(this.#clock.now());
    this.#hitters.note(text, now);
    if (banned || !this.#strikes?.strike(text, now)) return;
    void this.#bansOf().set(text, this.#autoBan!.forMs);
  }
}

function ruleSet(rules: readonly FullRateRule[], shadow: boolean): RuleSet {
  const chosen = rules.filter((rule) => rule.shadow === shadow);
  return { rules: chosen, words: ruleWords(chosen) };
}

function toDecision(
  rules: readonly FullRateRule[],
  cost: number,
  { rule, wait, remaining, reset, now }: Reading,
): SharedRateDecision {
  const times = { retryAfterMs: toMs(wait), resetMs: toMs(reset) };
  return { allowed: wait === 0, cost, rule: rules[rule]!, remaining, ...times, countedAt: now, by: 'redis' };
}
