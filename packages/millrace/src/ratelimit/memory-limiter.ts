import type { Clock } from '../core/index.ts';
import { rateCheck } from '../signals/index.ts';
import { checkCost } from './cost.ts';
import { RATELIMIT_ERRORS } from './errors.ts';
import { createMeter, type Meter } from './meters/index.ts';
import { checkWhole } from './option-check.ts';
import type { BanRule, HeavyHitterOptions } from './policy/index.ts';
import { Bans, HeavyHitters, MAX_BAN_MS, ShadowMeter, Strikes } from './policy/index.ts';
import type { RateDecision } from './rate-decision.ts';
import { encodeRateKey, type RateKey } from './rate-key.ts';
import type { RateLimiter, RateLimiterStats } from './rate-limiter.ts';
import { type FullRateRule, fullRules, type RateRule } from './rate-rule.ts';
import { ShortForm } from './short-form.ts';
import { CROWD, SubjectTable } from './subject-table.ts';
import { TICKS_PER_MS, toMs, toTicks } from './ticks.ts';
import { unusedOf } from './unused.ts';

/** What {@link MemoryLimiter} takes; nothing is checked here but `heavyHitters`. */
export interface MemoryLimiterOptions {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  readonly maxKeys: number;
  readonly clock: Clock;
  readonly autoBan?: BanRule | undefined;
  readonly heavyHitters?: HeavyHitterOptions | undefined;
  /** Whether decisions are for whoever made this to publish. Default false. */
  readonly silent?: boolean;
}

/** Limits in memory: a table of subjects, and a meter for each rule over the same slots. */
export class MemoryLimiter implements RateLimiter {
  readonly name: string;
  readonly #clock: Clock;
  readonly #beganMs: number;
  readonly #maxKeys: number;
  readonly #table: SubjectTable;
  readonly #shortForm: ShortForm;
  readonly #silent: boolean;
  readonly #strikes: Strikes | undefined;
  readonly #hitters: HeavyHitters;
  #rules: readonly FullRateRule[];
  /** Those that are kept first, then those in shadow mode, as their meters. */
  #ordered: readonly FullRateRule[];
  #meters: readonly Meter[];
  #shadows: readonly ShadowMeter[];
  /** Undefined until somebody is banned, so that nobody looks. */
  #bans: Bans | undefined;
  #closed = false;
  #allowed = 0;
  #denied = 0;
  #shadowDenied = 0;

  constructor({ name, rules, maxKeys, clock, autoBan, heavyHitters, silent = false }: MemoryLimiterOptions) {
    this.#silent = silent;
    this.name = name;
    this.#clock = clock;
    this.#beganMs = clock.now();
    this.#maxKeys = maxKeys;
    this.#rules = rules;
    this.#ordered = keptFirst(rules);
    this.#meters = this.#ordered.map((rule) => wrap(rule, createMeter(rule)));
    this.#shadows = this.#meters.filter((meter) => meter instanceof ShadowMeter);
    this.#table = new SubjectTable(maxKeys, this.#meters);
    this.#shortForm = new ShortForm(maxKeys);
    this.#strikes = autoBan && new Strikes(autoBan, maxKeys);
    this.#hitters = new HeavyHitters(name, heavyHitters);
  }

  get rules(): readonly FullRateRule[] {
    return this.#rules;
  }

  check(key: RateKey, cost = 1): RateDecision {
    const now = this.#begin(cost);
    const text = encodeRateKey(key);
    if (this.#bans !== undefined && this.#bans.left(text, now) > 0) return this.#refuse(text, now, cost);
    const slot = this.#table.open(text, now);
    const denying = this.#denying(slot, now, cost);
    this.#count(denying, text, slot, now, cost);
    return this.#decide(denying, slot, now, cost);
  }

  peek(key: RateKey, cost = 1): RateDecision {
    const now = this.#begin(cost);
    const text = encodeRateKey(key);
    const bannedFor = this.#bans === undefined ? 0 : this.#bans.left(text, now);
    if (bannedFor > 0) return bannedDecision(this.#ordered[0]!, cost, bannedFor, now);
    const slot = this.#table.look(text);
    return this.#decide(this.#denying(slot, now, cost), slot, now, cost);
  }

  isAllowed(key: RateKey, limit?: number, windowMs?: number): boolean {
    const now = this.#begin(1);
    const text = encodeRateKey(key);
    if (this.#bans !== undefined && this.#bans.left(text, now) > 0) return this.#refuse(text, now, 1).allowed;
    if (limit !== undefined || windowMs !== undefined) {
      this.#askNoShadow();
      const allowed = this.#shortForm.take(text, limit ?? 100, windowMs ?? 60_000, now);
      this.#tell(allowed, 'short form');
      if (!allowed) this.#denial(text, now);
      return allowed;
    }
    const slot = this.#table.open(text, now);
    const denying = this.#denying(slot, now, 1);
    this.#count(denying, text, slot, now, 1);
    return denying < 0;
  }

  settle(key: RateKey, decision: RateDecision, used: number): void {
    const now = this.#begin(used);
    const beyond = used - (decision.allowed ? decision.cost : 0);
    const text = encodeRateKey(key);
    const slot = beyond > 0 ? this.#table.open(text, now) : this.#table.look(text);
    // What one gives back is not for all who have no place: it may have been counted where it has lapsed since.
    if (beyond <= 0 && slot === CROWD) return;
    // A rule in shadow mode that would have denied it has nothing of it to correct.
    for (const shadow of this.#shadows) shadow.waited = decision.shadow === undefined ? 0 : 1;
    if (beyond < 0) this.#back(slot, now, decision, used);
    else for (const meter of this.#meters) meter.add(slot, now, beyond);
  }

  refund(key: RateKey, decision: RateDecision): void {
    this.settle(key, decision, 0);
  }

  change(rules: readonly RateRule[]): void {
    const now = this.#begin(0);
    const full = fullRules(rules);
    const ordered = keptFirst(full);
    const before = new Map(this.#ordered.map((rule, at) => [nameOfCounts(rule), unwrap(this.#meters[at]!)]));
    this.#meters = ordered.map((rule) => {
      const kept = before.get(nameOfCounts(rule));
      kept?.change(rule, now);
      return wrap(rule, kept ?? createMeter(rule));
    });
    this.#rules = full;
    this.#ordered = ordered;
    this.#shadows = this.#meters.filter((meter) => meter instanceof ShadowMeter);
    this.#table.use(this.#meters);
  }

  ban(key: RateKey, forMs: number): boolean {
    const now = this.#begin(0);
    return this.#ban(encodeRateKey(key), checkWhole('forMs', forMs, 1, MAX_BAN_MS) * TICKS_PER_MS, now);
  }

  unban(key: RateKey): boolean {
    this.#begin(0);
    return this.#bans?.lift(encodeRateKey(key)) ?? false;
  }

  stats(): RateLimiterStats {
    return {
      allowed: this.#allowed,
      denied: this.#denied,
      shadowDenied: this.#shadowDenied,
      keys: this.#table.size + this.#shortForm.size,
      crowded: this.#table.crowded + this.#shortForm.crowded,
      banned: this.#bans?.size ?? 0,
    };
  }

  close(): void {
    if (!this.#closed) this.#hitters.tell(this.#now());
    this.#closed = true;
    this.#table.clear();
    this.#shortForm.clear();
    this.#bans?.clear();
    this.#strikes?.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The time, when there is nothing against the question. */
  #begin(cost: number): number {
    if (this.#closed) throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
    checkCost(cost);
    return this.#now();
  }

  #now(): number {
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

  #count(denying: number, text: string, slot: number, now: number, cost: number): void {
    if (denying < 0) for (const meter of this.#meters) meter.add(slot, now, cost);
    this.#tell(denying < 0, this.#ordered[Math.max(0, denying)]!.name);
    if (denying >= 0) this.#denial(text, now);
  }

  #back(slot: number, now: number, decision: RateDecision, used: number): void {
    // A decision of another time, before this began to count.
    if (decision.countedAt > now) return;
    const unused = unusedOf(decision, used);
    for (const [at, meter] of this.#meters.entries()) {
      meter.back(slot, now, this.#ordered[at]!.name === decision.rule.name ? unused : { ...unused, before: 0 });
    }
  }

  #tell(allowed: boolean, rule: string): void {
    if (allowed) this.#allowed++;
    else this.#denied++;
    const shadow = this.#shadows.length === 0 ? undefined : this.#shadowOf();
    if (shadow !== undefined) this.#shadowDenied++;
    if (this.#silent || !rateCheck.hasSubscribers) return;
    const told = { name: this.name, rule, outcome: allowed ? 'allowed' : 'denied' } as const;
    rateCheck.publish(shadow === undefined ? told : { ...told, shadow: shadow.rule.name });
  }

  /** What a denial by a rule leads to. */
  #denial(text: string, now: number): void {
    if (!this.#silent) this.#hitters.note(text, now);
    if (this.#strikes?.strike(text, now)) this.#ban(text, this.#strikes.banTicks, now);
  }

  #ban(text: string, ticks: number, now: number): boolean {
    this.#bans ??= new Bans(this.#maxKeys);
    return this.#bans.set(text, now + ticks, now);
  }

  /** What is banned is told and counted as denied, but makes no new ban. */
  #refuse(text: string, now: number, cost: number): RateDecision {
    const rule = this.#ordered[0]!;
    this.#askNoShadow();
    this.#tell(false, rule.name);
    if (!this.#silent) this.#hitters.note(text, now);
    return bannedDecision(rule, cost, this.#bans!.left(text, now), now);
  }

  #decide(denying: number, slot: number, now: number, cost: number): RateDecision {
    const at = denying < 0 ? this.#tightest(slot, now) : denying;
    const meter = this.#meters[at]!;
    const decision: RateDecision = {
      allowed: denying < 0,
      cost,
      rule: this.#ordered[at]!,
      remaining: meter.remaining(slot, now),
      retryAfterMs: denying < 0 ? 0 : toMs(meter.wait(slot, now, cost)),
      resetMs: toMs(meter.reset(slot, now)),
      countedAt: now,
    };
    if (this.#shadows.length === 0) return decision;
    const shadow = this.#shadowOf();
    return shadow === undefined ? decision : { ...decision, shadow };
  }

  /** No rule in shadow mode has been asked about what comes next. */
  #askNoShadow(): void {
    for (const shadow of this.#shadows) shadow.waited = 0;
  }

  /** The rule in shadow mode that would have made the last question wait, the longest. */
  #shadowOf(): RateDecision['shadow'] {
    let longest: ShadowMeter | undefined;
    for (const shadow of this.#shadows) if (shadow.waited > (longest?.waited ?? 0)) longest = shadow;
    return longest && { rule: longest.rule, retryAfterMs: toMs(longest.waited) };
  }

  /** Of the rules that are kept, if there are any. */
  #tightest(slot: number, now: number): number {
    const kept = Math.max(1, this.#meters.length - this.#shadows.length);
    let tightest = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (let at = 0; kept > 1 && at < kept; at++) {
      const remaining = this.#meters[at]!.remaining(slot, now);
      if (remaining >= fewest) continue;
      fewest = remaining;
      tightest = at;
    }
    return tightest;
  }
}

function keptFirst(rules: readonly FullRateRule[]): readonly FullRateRule[] {
  return [...rules.filter(({ shadow }) => !shadow), ...rules.filter(({ shadow }) => shadow)];
}

function wrap(rule: FullRateRule, meter: Meter): Meter {
  return rule.shadow ? new ShadowMeter(rule, meter) : meter;
}

function unwrap(meter: Meter): Meter {
  return meter instanceof ShadowMeter ? meter.inner : meter;
}

/** As in Redis: under another algorithm a rule starts anew. */
function nameOfCounts({ name, algorithm }: FullRateRule): string {
  return `${algorithm}:${name}`;
}

/** What is said to a key that is banned for so many ticks. */
function bannedDecision(rule: FullRateRule, cost: number, ticks: number, countedAt: number): RateDecision {
  const ms = toMs(ticks);
  return { allowed: false, cost, rule, remaining: 0, retryAfterMs: ms, resetMs: ms, countedAt, banned: true };
}
