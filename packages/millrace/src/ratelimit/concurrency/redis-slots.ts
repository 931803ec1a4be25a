import { type Breaker, type Clock, createBreaker, MillraceError } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { inTime } from '../shared/in-time.ts';
import { redisPrefix, withoutBraces } from '../shared/redis-key.ts';
import { Pending } from './pending.ts';
import { SLOT_SCRIPT } from './slot-script.ts';

/** What {@link RedisSlots} takes. */
export interface RedisSlotsOptions {
  readonly name: string;
  readonly driver: RedisDriver;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** What the script is asked about one slot. */
export interface SlotQuestion {
  readonly what: 'hold' | 'join' | 'drop';
  readonly key: string;
  /** Whose slot it is, and how long it is held: `ID/MS`. */
  readonly slot: string;
}

/** What it says. */
export interface SlotAnswer {
  readonly done: boolean;
  /** Slots of the key that are held. */
  readonly inUse: number;
}

/** So many at once keep Redis from others for a fraction of a millisecond. */
const MAX_TOGETHER = 64;
/** Redis was not sent it, or has said that it did not do it. */
const NOT_DONE: readonly string[] = ['MILLRACE_REDIS_NOT_READY', 'MILLRACE_REDIS_REFUSED'];

/** Slots in Redis: a sorted set a key, one script for everything. */
export class RedisSlots {
  readonly #driver: RedisDriver;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #breaker: Breaker;
  #lastFailure: string | undefined;
  /** What has been sent and has not been answered. */
  readonly pending: Pending = new Pending();

  constructor({ name, driver, timeoutMs, clock }: RedisSlotsOptions) {
    this.#driver = driver;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#prefix = redisPrefix('slots', name);
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

  /**
   * Asks about one slot, for somebody who waits; undefined when there is no answer in time.
   * @param late is called when it may be done although that was not heard in time
   */
  async ask(question: SlotQuestion, limit: number, late?: () => void): Promise<SlotAnswer | undefined> {
    if (!this.#driver.ready || !this.#breaker.allows()) return undefined;
    const answer = this.pending.add(this.#send([question], limit));
    try {
      const answers = await inTime(answer, this.#timeoutMs, this.#clock);
      if (answers !== undefined) {
        this.#breaker.succeeded();
        return answers[0];
      }
      this.#fail('MILLRACE_REDIS_TIMEOUT');
      if (late !== undefined) void this.pending.add(answer.then(late, late));
    } catch (error) {
      const code = this.#fail(error);
      if (!NOT_DONE.includes(code)) late?.();
    }
    return undefined;
  }

  /**
   * Asks about many slots, for nobody who waits. Tells of each what is said, undefined when nothing is within that time.
   */
  async askAll<Q extends SlotQuestion>(
    questions: readonly Q[],
    limit: number,
    withinMs: number,
    tell: (question: Q, answer: SlotAnswer | undefined) => void,
  ): Promise<void> {
    const most = this.#driver.clustered ? 1 : MAX_TOGETHER;
    const calls: Promise<void>[] = [];
    for (let from = 0; from < questions.length; from += most) {
      const together = questions.slice(from, from + most);
      const told = this.#send(together, limit, withinMs).then(
        (answers) => together.forEach((question, at) => void tell(question, answers[at])),
        (error: unknown) => {
          this.#lastFailure = codeOf(error);
          for (const question of together) tell(question, undefined);
        },
      );
      calls.push(this.pending.add(told));
    }
    await Promise.all(calls);
  }

  async #send(questions: readonly SlotQuestion[], limit: number, withinMs?: number): Promise<readonly SlotAnswer[]> {
    const keys = questions.map(({ key }) => this.#prefix + withoutBraces(key)) as [string, ...string[]];
    const words = [String(limit), ...questions.flatMap(({ what, slot }) => [what, slot])];
    const options = withinMs === undefined ? {} : { timeoutMs: withinMs };
    const reply = (await this.#driver.evaluate(SLOT_SCRIPT, keys, words, options)) as readonly number[];
    return questions.map((_, at) => ({ done: reply[2 * at] === 1, inUse: reply[2 * at + 1]! }));
  }

  #fail(why: unknown): string {
    this.#breaker.failed();
    this.#lastFailure = codeOf(why);
    return this.#lastFailure;
  }
}

function codeOf(why: unknown): string {
  return why instanceof MillraceError ? why.code : String(why);
}
