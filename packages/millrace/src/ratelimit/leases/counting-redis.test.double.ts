import type { Clock } from '../../core/index.ts';
import type { RedisDriver, RedisReply, RedisWord } from '../../redis/index.ts';
import { toTicks } from '../ticks.ts';

const WORDS_A_RULE = 5;

/** A Redis that counts gcra rules by the clock of a test, in whole units of time, as the script says. */
export class CountingRedis {
  ready = true;
  clustered = false;
  /** What was asked in each call: the words. */
  readonly calls: (readonly string[])[] = [];
  /** Lets the next answer get lost after it was counted. */
  loseNext = false;
  readonly #clock: Clock;
  readonly #due = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As much of a driver as limiters use. */
  get driver(): RedisDriver {
    return this as unknown as RedisDriver;
  }

  evaluate(_script: unknown, keys: readonly string[], words: readonly RedisWord[]): Promise<RedisReply> {
    const [asked, count, ...rest] = words as readonly string[];
    this.calls.push(words as readonly string[]);
    const rules = Array.from({ length: Number(count) }, (_, at) =>
      rest.slice(at * WORDS_A_RULE, (at + 1) * WORDS_A_RULE),
    );
    const costs = rest.slice(rules.length * WORDS_A_RULE);
    const answers = keys.flatMap((key, at) => this.#decide(key, asked!, Number(costs[at]), rules));
    const lost = this.loseNext;
    this.loseNext = false;
    return lost ? new Promise(() => {}) : Promise.resolve([...answers, toTicks(this.#clock.now())]);
  }

  #decide(key: string, asked: string, cost: number, rules: readonly (readonly string[])[]): number[] {
    const [what, since, used] = asked.split(' ');
    const now = toTicks(this.#clock.now());
    const meters = rules.map(([field, , limit, window, burst]) => {
      const name = `${key}/${field}`;
      const interval = Math.ceil(Number(window) / Number(limit));
      const owed = Math.max(0, (this.#due.get(name) ?? now) - now);
      return { name, interval, owed, burst: Number(burst), most: Number(burst) * interval };
    });
    const waits = meters.map(({ owed, interval, burst, most }) =>
      cost > burst ? Number.POSITIVE_INFINITY : Math.max(0, owed + cost * interval - most),
    );
    const wait = what === 'back' ? 0 : Math.max(...waits);
    const left = meters.map((meter) => {
      let { owed } = meter;
      if (what === 'back') {
        const idle = Math.max(0, now - Number(since) - Number(used) * meter.interval);
        owed -= Math.max(0, cost * meter.interval - idle);
      } else if (what === 'add' || (what === 'check' && wait === 0)) owed += cost * meter.interval;
      owed = Math.max(0, Math.min(owed, 2 * meter.most));
      this.#due.set(meter.name, now + owed);
      return { remaining: Math.max(0, Math.floor((meter.most - owed) / meter.interval)), owed };
    });
    const tightest = left.reduce((best, { remaining }, at) => (remaining < left[best]!.remaining ? at : best), 0);
    const told = wait > 0 ? waits.indexOf(wait) : tightest;
    return [told + 1, wait === Number.POSITIVE_INFINITY ? -1 : wait, left[told]!.remaining, left[told]!.owed];
  }
}
