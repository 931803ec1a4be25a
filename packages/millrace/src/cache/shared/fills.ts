import type { Clock } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';

/** One who may have to wait for a key. */
export interface Watch {
  /** Resolves when the key was filled, given up or removed since the watch began, or after `ms`. Ends the watch. */
  wait(ms: number): Promise<void>;
  /** Ends the watch of one who need not wait. */
  end(): void;
}

/** Who in this process waits for keys that others fill. */
export class Fills {
  readonly channel: string;
  readonly #driver: RedisDriver;
  readonly #clock: Clock;
  readonly #watching = new Map<string, Set<() => void>>();
  #subscribed: Promise<void> | undefined;

  constructor(driver: RedisDriver, channel: string, clock: Clock) {
    this.#driver = driver;
    this.channel = channel;
    this.#clock = clock;
    this.#subscribe();
  }

  /** Begins before the store is asked, so that no fill falls between its answer and the wait. */
  watch(name: string): Watch {
    this.#subscribe();
    const { promise, resolve } = Promise.withResolvers<void>();
    const watchers = this.#watching.get(name) ?? new Set();
    watchers.add(resolve);
    this.#watching.set(name, watchers);
    const end = (): void => {
      watchers.delete(resolve);
      if (watchers.size === 0 && this.#watching.get(name) === watchers) this.#watching.delete(name);
    };
    const wait = async (ms: number): Promise<void> => {
      const timer = this.#clock.schedule(ms, resolve, { keepAlive: false });
      await promise;
      timer.cancel();
      end();
    };
    return { wait, end };
  }

  /** Lets everybody go. */
  close(): void {
    for (const watchers of this.#watching.values()) for (const resolve of watchers) resolve();
  }

  /** Without a subscription whoever waits goes by the time alone; it is tried again with each watch. */
  #subscribe(): void {
    this.#subscribed ??= this.#driver
      .subscribe(this.channel, (name) => {
        for (const resolve of this.#watching.get(name) ?? []) resolve();
      })
      .catch(() => {
        this.#subscribed = undefined;
      });
  }
}
