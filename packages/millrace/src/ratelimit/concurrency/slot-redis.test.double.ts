import type { Clock } from '../../core/index.ts';
import {
  type CommandOptions,
  REDIS_ERRORS,
  type RedisDriver,
  type RedisReply,
  type RedisWord,
} from '../../redis/index.ts';

const DRIVER_TIMEOUT_MS = 40;

/** A Redis that holds slots as the script says, by the clock of a test, which can be put wrong. */
export class SlotRedis {
  /** By how much its clock is ahead. */
  aheadMs = 0;
  readonly #clock: Clock;
  readonly #sets = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Forgets everything. */
  flush(): void {
    this.#sets.clear();
  }

  /** Slots of all keys that have not ended. */
  get held(): number {
    let sum = 0;
    for (const set of this.#sets.values()) for (const ends of set.values()) if (ends > this.#now()) sum++;
    return sum;
  }

  connect(): SlotConnection {
    return new SlotConnection(this, this.#clock);
  }

  run(keys: readonly string[], [limit, ...rest]: readonly RedisWord[]): readonly number[] {
    return keys.flatMap((key, at) => {
      const [what, slot] = [`${rest[2 * at]}`, `${rest[2 * at + 1]}`];
      const set = this.#sets.get(key) ?? new Map<string, number>();
      this.#sets.set(key, set);
      if (what === 'drop') {
        set.delete(slot);
        return [1, set.size];
      }
      const now = this.#now();
      for (const [other, ends] of set) if (ends <= now) set.delete(other);
      // Who has stepped back is noticed by a slot that ends later than one could that is given now.
      if (Math.max(...set.values()) > now + termOf(slot)) {
        for (const [other, ends] of set) set.set(other, Math.min(ends, now + termOf(other)));
      }
      if (what !== 'join' && !set.has(slot) && set.size >= Number(limit)) return [0, set.size];
      set.set(slot, now + termOf(slot));
      return [1, set.size];
    });
  }

  #now(): number {
    return Math.floor(this.#clock.now() + this.aheadMs);
  }
}

function termOf(slot: string): number {
  return Number(/\d+$/.exec(slot)![0]);
}

/** The way of one process to it, in which things are late, in order, or get lost. */
export class SlotConnection {
  ready = true;
  clustered = false;
  /** What was asked in each call: the keys and the words. */
  readonly asked: (readonly RedisWord[])[] = [];
  /** How long a question is under way, and how long an answer. */
  thereMs = 0;
  backMs = 0;
  /** Where everything gets lost from now on; with the `connection` that is known at once; `refused` by Redis itself. */
  lost: 'questions' | 'answers' | 'connection' | 'refused' | undefined;
  readonly #redis: SlotRedis;
  readonly #clock: Clock;
  #there = 0;
  #back = 0;

  constructor(redis: SlotRedis, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
  }

  /** As much of a driver as limiters use. */
  get driver(): RedisDriver {
    return this as unknown as RedisDriver;
  }

  evaluate(
    _script: unknown,
    keys: readonly string[],
    words: readonly RedisWord[],
    options: CommandOptions = {},
  ): Promise<RedisReply> {
    this.asked.push([...keys, ...words]);
    if (!this.ready) return Promise.reject(REDIS_ERRORS.create('MILLRACE_REDIS_NOT_READY', { reason: 'test' }));
    const { lost } = this;
    if (lost === 'refused') return Promise.reject(REDIS_ERRORS.create('MILLRACE_REDIS_REFUSED', { kind: 'LOADING' }));
    if (lost === 'connection') {
      this.#redis.run(keys, words);
      return Promise.reject(REDIS_ERRORS.create('MILLRACE_REDIS_LOST', { reason: 'test' }));
    }
    if (this.thereMs + this.backMs === 0 && lost === undefined) return Promise.resolve(this.#redis.run(keys, words));
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? DRIVER_TIMEOUT_MS;
      const timer = this.#clock.schedule(timeoutMs, () =>
        reject(REDIS_ERRORS.create('MILLRACE_REDIS_TIMEOUT', { timeoutMs })),
      );
      if (lost === 'questions') return;
      // One connection: nothing overtakes anything.
      this.#there = Math.max(this.#there, this.#clock.now() + this.thereMs);
      this.#clock.schedule(this.#there - this.#clock.now(), () => {
        const reply = this.#redis.run(keys, words);
        if (lost === 'answers') return;
        this.#back = Math.max(this.#back, this.#clock.now() + this.backMs);
        this.#clock.schedule(this.#back - this.#clock.now(), () => {
          timer.cancel();
          resolve(reply);
        });
      });
    });
  }
}
