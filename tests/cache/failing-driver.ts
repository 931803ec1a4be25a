import type { RedisDriver } from 'millrace/redis';

/** How a command fails: it is never sent; it is carried out and nobody hears of it; or it is never answered in time. */
export type Failing = 'unsent' | 'unanswered' | 'late';

/** Which command fails, and whether it came to that. */
export class FailurePlan {
  readonly how: Failing;
  /** Counted from 1. */
  readonly nth: number;
  #count = 0;
  #isArmed = false;

  constructor(how: Failing, nth: number) {
    this.how = how;
    this.nth = nth;
  }

  /** Whether there was an n-th command. */
  get hasFailed(): boolean {
    return this.#count >= this.nth;
  }

  /** From now on commands count. */
  arm(): void {
    this.#isArmed = true;
  }

  async run<T>(command: () => Promise<T>, timeoutMs: number): Promise<T> {
    if (!this.#isArmed || ++this.#count !== this.nth) return command();
    if (this.how === 'unanswered') await command();
    if (this.how === 'late') await new Promise((resolve) => setTimeout(resolve, timeoutMs));
    throw Object.assign(new Error(`planned: ${this.how}`), { code: 'MILLRACE_REDIS_LOST' });
  }
}

const DEFAULT_MS = 1_000;

/** A driver of which one command fails as planned, over any of its connections. */
export function failingDriver(driver: RedisDriver, plan: FailurePlan): RedisDriver {
  const bound = (options: { readonly timeoutMs?: number } | undefined): number => options?.timeoutMs ?? DEFAULT_MS;
  return {
    get ready() {
      return driver.ready;
    },
    get clustered() {
      return driver.clustered;
    },
    get session() {
      return driver.session;
    },
    connected: (options) => driver.connected(options),
    command: (key, words, options) => plan.run(() => driver.command(key, words, options), bound(options)),
    get: (key, options) => plan.run(() => driver.get(key, options), bound(options)),
    getMany: (keys, options) => plan.run(() => driver.getMany(keys, options), bound(options)),
    set: (key, value, ttlMs, options) => plan.run(() => driver.set(key, value, ttlMs, options), bound(options)),
    unlink: (keys, options) => plan.run(() => driver.unlink(keys, options), bound(options)),
    evaluate: (script, keys, words, options) =>
      plan.run(() => driver.evaluate(script, keys, words, options), bound(options)),
    scan: (pattern, options) => driver.scan(pattern, options),
    subscribe: (channel, listen, options) => plan.run(() => driver.subscribe(channel, listen, options), bound(options)),
    duplicate: () => failingDriver(driver.duplicate(), plan),
    close: () => driver.close(),
    [Symbol.asyncDispose]: () => driver.close(),
  };
}
