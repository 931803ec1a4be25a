import { type Clock, checkOptionNames, type OptionNames, systemClock, type Timer } from '../core/index.ts';
import type { CacheView } from './cache.ts';
import type { CacheKey } from './cache-key.ts';
import { checkNumber } from './cache-options.ts';
import { type EntryOptions, MAX_TTL_MS } from './entry-options.ts';
import type { LoadContext } from './origin.ts';

/** Keys, hottest first, or something that finds them out. */
export type WarmUpKeys =
  | Iterable<CacheKey>
  | AsyncIterable<CacheKey>
  | (() => Promise<Iterable<CacheKey>> | Iterable<CacheKey> | AsyncIterable<CacheKey>);

/** What {@link createWarmUp} takes. */
export interface WarmUpOptions<T> {
  readonly cache: CacheView;
  /** What to load: a list, a recorded one (see {@link CacheView.hotKeys}), or a function that is asked at each run. */
  readonly keys: WarmUpKeys;
  /** Loads one value, as for {@link CacheView.getOrSet}. */
  readonly load: (key: CacheKey, context: LoadContext<T>) => Promise<T> | T;
  /** Of every value. */
  readonly options?: EntryOptions;
  /** Most loads at once, so that the origin has room for those who wait. 1 to 1,000; default 4. */
  readonly concurrency?: number;
  /** Most keys of one run. 1 to 10,000,000; default 10,000. */
  readonly maxKeys?: number;
  /** Runs again so long after a run has ended, in milliseconds. 1,000 to one year; default: not by itself. */
  readonly everyMs?: number;
  /** Told after each key. What it throws ends nothing. */
  readonly onProgress?: (progress: WarmUpProgress) => void;
  /** Ends the run that is on, and all that would follow. */
  readonly signal?: AbortSignal;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** How far a run has come. */
export interface WarmUpProgress {
  /** Keys done with. */
  readonly done: number;
  /** Keys whose values were in memory. */
  readonly held: number;
  /** Keys whose values were brought, from the shared tier or the origin. */
  readonly brought: number;
  /** Keys that failed. */
  readonly failed: number;
}

/** What a run came to. */
export interface WarmUpReport extends WarmUpProgress {
  /** Whether it ended before its keys did. */
  readonly aborted: boolean;
  readonly tookMs: number;
  /** The first of what went wrong, at most ten: of keys, and of finding out which. */
  readonly errors: readonly unknown[];
}

/** Loads values before they are asked for. */
export interface WarmUp extends AsyncDisposable {
  /** Runs once, or joins the run that is on. Never rejects: what goes wrong stands in the report. */
  run(): Promise<WarmUpReport>;
  /** What the last run came to. */
  readonly last: WarmUpReport | undefined;
  /** Ends the run that is on, and all that would follow; resolves when no load of it runs any more. */
  close(): Promise<void>;
}

const NAMES: OptionNames<WarmUpOptions<unknown>> = {
  cache: true,
  keys: true,
  load: true,
  options: true,
  concurrency: true,
  maxKeys: true,
  everyMs: true,
  onProgress: true,
  signal: true,
  clock: true,
};
const MOST_ERRORS = 10;

/**
 * Makes a warm-up. Nothing happens before `run`, or, with `everyMs`, before that has passed: a service need not wait for
 * it to start, and starts whatever comes of it.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const warmUp = createWarmUp({ cache: users, keys: () => readHotKeys(), load: (key) => loadUser(key), everyMs: 600_000 });
 * const { brought, failed } = await warmUp.run();
 */
export function createWarmUp<T>(options: WarmUpOptions<T>): WarmUp {
  checkOptionNames('createWarmUp', options, NAMES);
  checkNumber('concurrency', options.concurrency ?? 4, 1, 1_000);
  checkNumber('maxKeys', options.maxKeys ?? 10_000, 1, 10_000_000);
  if (options.everyMs !== undefined) checkNumber('everyMs', options.everyMs, 1_000, MAX_TTL_MS);
  return new ScheduledWarmUp(options as WarmUpOptions<unknown>);
}

class ScheduledWarmUp implements WarmUp {
  readonly #options: WarmUpOptions<unknown>;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #running: Promise<WarmUpReport> | undefined;
  #timer: Timer | undefined;
  #last: WarmUpReport | undefined;

  constructor(options: WarmUpOptions<unknown>) {
    const { signal, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    this.#signal.addEventListener('abort', () => this.#timer?.cancel(), { once: true });
    this.#schedule();
  }

  get last(): WarmUpReport | undefined {
    return this.#last;
  }

  run(): Promise<WarmUpReport> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<WarmUpReport> {
    this.#timer?.cancel();
    const run = new WarmUpRun(this.#options, this.#clock, this.#signal);
    this.#last = await run.report();
    this.#running = undefined;
    this.#schedule();
    return this.#last;
  }

  #schedule(): void {
    const { everyMs } = this.#options;
    if (everyMs === undefined || this.#signal.aborted) return;
    this.#timer = this.#clock.schedule(everyMs, () => void this.run(), { keepAlive: false });
  }
}

/** One run: so many at once take the next key until there is none. Never rejects. */
class WarmUpRun {
  readonly #options: WarmUpOptions<unknown>;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #errors: unknown[] = [];
  /** The key that is being found out: one after the other, for not every source can be asked for two at once. */
  #next: Promise<CacheKey | undefined> = Promise.resolve(undefined);
  #left: number;
  #held = 0;
  #brought = 0;
  #failed = 0;

  constructor(options: WarmUpOptions<unknown>, clock: Clock, signal: AbortSignal) {
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#left = options.maxKeys ?? 10_000;
  }

  async report(): Promise<WarmUpReport> {
    const { keys, concurrency = 4 } = this.#options;
    const begunAt = this.#clock.now();
    try {
      const source = iteratorOf(await (typeof keys === 'function' ? keys() : keys));
      await Promise.all(Array.from({ length: concurrency }, () => this.#work(source)));
      await source.return?.();
    } catch (error) {
      this.#note(error);
    }
    const tookMs = this.#clock.now() - begunAt;
    return { ...this.#progress(), aborted: this.#signal.aborted, tookMs, errors: this.#errors };
  }

  async #work(source: KeyIterator): Promise<void> {
    for (;;) {
      this.#next = this.#next.then(() => this.#take(source));
      const key = await this.#next;
      if (key === undefined) return;
      await this.#warm(key);
      this.#tell();
    }
  }

  /** The next key; undefined when there is none, or no more are wanted. */
  async #take(source: KeyIterator): Promise<CacheKey | undefined> {
    if (this.#signal.aborted || this.#left <= 0) return undefined;
    this.#left--;
    try {
      const next = await source.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      this.#note(error);
    }
    this.#left = 0;
    return undefined;
  }

  async #warm(key: CacheKey): Promise<void> {
    const { cache, load, options } = this.#options;
    try {
      if (cache.peek(key) !== undefined) {
        this.#held++;
        return;
      }
      await cache.getOrSet(key, (context) => load(key, context), options);
      this.#brought++;
    } catch (error) {
      this.#failed++;
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors.push(error);
  }

  #tell(): void {
    try {
      this.#options.onProgress?.(this.#progress());
    } catch (error) {
      this.#note(error);
    }
  }

  #progress(): WarmUpProgress {
    const held = this.#held;
    const brought = this.#brought;
    const failed = this.#failed;
    return { done: held + brought + failed, held, brought, failed };
  }
}

type KeyIterator = AsyncIterator<CacheKey> | Iterator<CacheKey>;

function iteratorOf(keys: Iterable<CacheKey> | AsyncIterable<CacheKey>): KeyIterator {
  return Symbol.asyncIterator in keys ? keys[Symbol.asyncIterator]() : keys[Symbol.iterator]();
}
