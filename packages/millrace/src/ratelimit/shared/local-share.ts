import type { Clock } from '../../core/index.ts';
import { MemoryLimiter } from '../memory-limiter.ts';
import type { RateDecision } from '../rate-decision.ts';
import type { RateKey } from '../rate-key.ts';
import type { FullRateRule } from '../rate-rule.ts';

/** What {@link LocalShare} takes. */
export interface LocalShareOptions {
  readonly name: string;
  readonly rules: readonly FullRateRule[];
  /** The part of each limit that this process lets through by itself. Above 0, up to 1. */
  readonly share: number;
  readonly maxKeys: number;
  readonly clock: Clock;
}

/** When to ask again what nobody can decide. */
const RETRY_MS = 1_000;

/** Decides while Redis is away, by what each rule says of that. */
export class LocalShare {
  readonly #rules: readonly FullRateRule[];
  readonly #share: number;
  readonly #closed: FullRateRule | undefined;
  readonly #local: MemoryLimiter;
  readonly #hasLocal: boolean;

  constructor({ name, rules, share, maxKeys, clock }: LocalShareOptions) {
    this.#rules = rules;
    this.#share = share;
    this.#closed = rules.find(({ whenAway, shadow }) => whenAway === 'closed' && !shadow);
    const local = rules.filter(({ whenAway, shadow }) => whenAway === 'local' && !shadow);
    this.#hasLocal = local.length > 0;
    this.#local = new MemoryLimiter({
      name,
      rules: local.map((rule) => partOf(rule, share)),
      maxKeys,
      clock,
      silent: true,
    });
  }

  check(key: RateKey, cost: number): RateDecision {
    return this.#decide(cost, () => this.#local.check(key, cost));
  }

  peek(key: RateKey, cost: number): RateDecision {
    return this.#decide(cost, () => this.#local.peek(key, cost));
  }

  /** By the numbers of a short form, as a rule that says `local`. */
  checkShort(key: RateKey, rule: FullRateRule): RateDecision {
    const { limit, windowMs } = rule;
    const allowed = this.#local.isAllowed(key, Math.max(1, Math.floor(limit * this.#share)), windowMs);
    return allowed ? passed(rule, 1) : denied(rule, 1);
  }

  settle(key: RateKey, decision: RateDecision, used: number): void {
    if (this.#hasLocal) this.#local.settle(key, decision, used);
  }

  close(): void {
    this.#local.close();
  }

  #decide(cost: number, ask: () => RateDecision): RateDecision {
    if (this.#closed !== undefined) return denied(this.#closed, cost);
    if (this.#hasLocal) {
      const decision = ask();
      const rule = this.#rules.find(({ name }) => name === decision.rule.name);
      return { ...decision, rule: rule ?? decision.rule };
    }
    return passed(this.#rules[0]!, cost);
  }
}

function passed(rule: FullRateRule, cost: number): RateDecision {
  return { allowed: true, cost, rule, remaining: rule.burst, retryAfterMs: 0, resetMs: 0, countedAt: 0 };
}

function denied(rule: FullRateRule, cost: number): RateDecision {
  return { allowed: false, cost, rule, remaining: 0, retryAfterMs: RETRY_MS, resetMs: RETRY_MS, countedAt: 0 };
}

/** A part of a limit. An even pace is as even with it: each unit takes longer. At least one unit may always come. */
function partOf(rule: FullRateRule, share: number): FullRateRule {
  const burst = Math.max(1, Math.floor(rule.burst * share));
  if (rule.algorithm !== 'gcra') return { ...rule, limit: burst, burst };
  return { ...rule, windowMs: Math.ceil(rule.windowMs / share), burst };
}
