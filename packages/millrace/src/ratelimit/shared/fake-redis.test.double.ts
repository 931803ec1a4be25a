import type { RedisDriver, RedisReply, RedisWord } from '../../redis/index.ts';

/** A Redis that answers what a test says, or nothing. */
export class FakeRedis {
  ready = true;
  clustered = false;
  /** What was asked in each call: the keys and the words. */
  readonly asked: (readonly RedisWord[])[] = [];
  /** Default: fits, 9 left. */
  answer: () => Promise<RedisReply> = async () => [1, 0, 9, 16_000, 7];

  /** As much of a driver as limiters use. */
  get driver(): RedisDriver {
    return this as unknown as RedisDriver;
  }

  evaluate(_script: unknown, keys: readonly string[], words: readonly RedisWord[]): Promise<RedisReply> {
    this.asked.push([...keys, ...words]);
    return this.answer();
  }
}
