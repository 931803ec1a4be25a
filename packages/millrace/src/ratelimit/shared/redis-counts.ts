import { type Breaker, type Clock, createBreaker, MillraceError } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import type { Unused } from '../meters/index.ts';
import type { FullRateRule } from '../rate-rule.ts';
import { TICKS_PER_MS } from '../ticks.ts';
import { inTime } from './in-time.ts';
import { RATE_SCRIPT } from './rate-script.ts';
import { redisPrefix, withoutBraces } from './redis-key.ts';

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
  /** When that was, by the clock of Redis. */
  readonly now: number;
}

/** Count if it fits, count nothing, count at all events, or give back what was counted and not used. */
export type Asking = 'check' | 'look' | 'add' | `back ${number} ${number} ${number} ${number}`;

/** Asks to give back; `owing` is the rule, from 0, of which it is known what was owed before, -1 when there is none. */
export function backOf({ used, since, before }: Unused, owing: number): Asking {
  return `back ${since} ${used} ${owing + 1} ${before}`;
}

/** What is asked of Redis about one key. */
interface Question {
  readonly key: string;
  readonly what: Asking;
  readonly cost: number;
  readonly rules: readonly string[];
  readonly answer: (reading: Reading | undefined) => void;
}

/** So many at once keep Redis from others for a fraction of a millisecond. */
const MAX_TOGETHER = 32;
const WORDS_A_RULE = 5;
const WORDS_A_READING = 4;

/** What is counted for a subject, in Redis: one hash each, one script for everything. */
export class RedisCounts {
  readonly #driver: RedisDriver;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #breaker: Breaker;
  #lastFailure: string | undefined;
  /** What was asked in this turn of the event loop, and is sent at its end. */
  #asked: Question[] = [];

  constructor({ name, driver, timeoutMs, clock }: RedisCountsOptions) {
    this.#driver = driver;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#prefix = redisPrefix('rate', name);
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

  /** Asks by the script; undefined when there is no answer in time. It may have been carried out all the same. */
  ask(key: string, what: Asking, cost: number, rules: readonly string[]): Promise<Reading | undefined> {
    if (!this.#driver.ready || !this.#breaker.allows()) return Promise.resolve(undefined);
    return new Promise((answer) => {
      if (this.#asked.length === 0) setImmediate(() => this.#send());
      this.#asked.push({ key: `${this.#prefix}${withoutBraces(key)}`, what, cost, rules, answer });
    });
  }

  /** Sends what was asked, in its order; what follows each other and is of one kind in one call. */
  #send(): void {
    const asked = this.#asked;
    this.#asked = [];
    const most = this.#driver.clustered ? 1 : MAX_TOGETHER;
    for (let from = 0; from < asked.length; ) {
      const { what, rules } = asked[from]!;
      let to = from + 1;
      while (to < asked.length && to - from < most && asked[to]!.what === what && asked[to]!.rules === rules) to++;
      void this.#call(what, rules, asked.slice(from, to));
      from = to;
    }
  }

  async #call(what: string, rules: readonly string[], questions: readonly Question[]): Promise<void> {
    const words = [what, String(rules.length / WORDS_A_RULE), ...rules];
    for (const { cost } of questions) words.push(String(cost));
    const keys = questions.map(({ key }) => key) as [string, ...string[]];
    try {
      const reply = await inTime(this.#driver.evaluate(RATE_SCRIPT, keys, words), this.#timeoutMs, this.#clock);
      if (reply === undefined) return this.#fail(questions, 'MILLRACE_REDIS_TIMEOUT');
      this.#breaker.succeeded();
      for (let at = 0; at < questions.length; at++) questions[at]!.answer(readingAt(reply as readonly number[], at));
    } catch (error) {
      this.#fail(questions, error instanceof MillraceError ? error.code : String(error));
    }
  }

  #fail(questions: readonly Question[], why: string): void {
    this.#lastFailure = why;
    for (const { answer } of questions) {
      this.#breaker.failed();
      answer(undefined);
    }
  }
}

/** What a reply says of one of the keys. */
function readingAt(reply: readonly number[], at: number): Reading {
  const first = WORDS_A_READING * at;
  const wait = reply[first + 1]!;
  return {
    rule: reply[first]! - 1,
    wait: wait < 0 ? Number.POSITIVE_INFINITY : wait,
    remaining: reply[first + 2]!,
    reset: reply[first + 3]!,
    now: reply.at(-1)!,
  };
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
