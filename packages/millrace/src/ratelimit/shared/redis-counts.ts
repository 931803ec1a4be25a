import { type Breaker, type Clock, createBreaker, MillraceError } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import type { FullRateRule } from '../rate-rule.ts';
import { TICKS_PER_MS } from '../ticks.ts';
import { inTime } from './in-time.ts';
import { RATE_SCRIPT } from './rate-script.ts';

/** What {@link RedisCounts} takes. */
export interface RedisCountsOptions {
  readonly name: string;
  readonly driver: RedisDriver;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** What Redis says of the rule that decides. Times are ticks. */
export interface Reading {
  /** Which of the rules that were asked for, from 0. */
  readonly rule: number;
  readonly wait: number;
  readonly remaining: number;
  readonly reset: number;
}

/** What is counted for a subject, in Redis: one hash each, one script for everything. */
export class RedisCounts {
  readonly #driver: RedisDriver;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #breaker: Breaker;
  #lastFailure: string | undefined;

  constructor({ name, driver, timeoutMs, clock }: RedisCountsOptions) {
    this.#driver = driver;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#prefix = `rate:${escapeBraces(name).replaceAll(':', '%3A')}:`;
    this.#breaker = createBreaker({ maxFailures: 5, openMs: 250, clock });
  }

  /** `used`; `open`: not asked for a while; `away`: there is no connection. */
  get state(): 'used' | 'open' | 'away' {
    if (!this.#driver.ready) return 'away';
    return this.#breaker.state === 'closed' ? 'used' : 'open';
  }

  /** The code of what kept it from answering last. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** Runs the script; undefined when there is no answer in time. It may have been carried out all the same. */
  async ask(
    key: string,
    what: 'check' | 'look' | 'add',
    cost: number,
    rules: readonly string[],
  ): Promise<Reading | undefined> {
    if (!this.#driver.ready || !this.#breaker.allows()) return undefined;
    try {
      const words = [what, String(cost), ...rules];
      const name = `${this.#prefix}${escapeBraces(key)}`;
      const reply = await inTime(this.#driver.evaluate(RATE_SCRIPT, [name], words), this.#timeoutMs, this.#clock);
      if (reply === undefined) return this.#fail('MILLRACE_REDIS_TIMEOUT');
      this.#breaker.succeeded();
      const [rule, wait, remaining, reset] = reply as [number, number, number, number];
      return { rule: rule - 1, wait: wait < 0 ? Number.POSITIVE_INFINITY : wait, remaining, reset };
    } catch (error) {
      return this.#fail(error instanceof MillraceError ? error.code : String(error));
    }
  }

  #fail(why: string): undefined {
    this.#breaker.failed();
    this.#lastFailure = why;
  }
}

/** The rules as the script wants them. A rule whose numbers change keeps what is owed; under another meter it starts anew. */
export function ruleWords(rules: readonly FullRateRule[]): readonly string[] {
  return rules.flatMap(({ name, algorithm, limit, windowMs, burst }) => [
    `${algorithm}:${name}`,
    algorithm,
    String(limit),
    String(windowMs * TICKS_PER_MS),
    String(burst),
  ]);
}

/** Without braces, so that a Cluster hashes all of it and nobody chooses where it lies. */
function escapeBraces(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('{', '%7B').replaceAll('}', '%7D');
}
