import type { Clock, Timer } from '../core/index.ts';
import type { LoadManyFunction } from './cache.ts';
import type { CacheKey } from './cache-key.ts';
import { CACHE_ERRORS } from './errors.ts';

/** What one key of a batch is read through: it calls its loader, or does not. */
type ReadOne<T> = (key: CacheKey, load: (context: { readonly signal: AbortSignal }) => Promise<T>) => T | Promise<T>;

/** How keys are gathered. */
export interface Gathering {
  readonly clock: Clock;
  /**
   * How long the first that must be loaded waits for the others, in milliseconds. It does not wait for all: one may have
   * joined a load that itself waits for the first.
   */
  readonly gatherMs: number;
}

/** Reads many keys one by one and gathers those that come to their loader into one call. */
export async function loadMany<T>(
  keys: readonly CacheKey[],
  readOne: ReadOne<T>,
  load: LoadManyFunction<T>,
  gathering: Gathering,
): Promise<readonly (T | undefined)[]> {
  const batch = new Batch(load, keys.length, gathering);
  return Promise.all(
    keys.map(async (key) => {
      let gathered = false;
      try {
        return await readOne(key, ({ signal }) => {
          gathered = true;
          return batch.add(key, signal) as Promise<T>;
        });
      } finally {
        if (!gathered) batch.leave();
      }
    }),
  );
}

class Batch<T> {
  readonly #load: LoadManyFunction<T>;
  #missing: number;
  readonly #keys: CacheKey[] = [];
  readonly #answers = Promise.withResolvers<readonly (T | undefined)[]>();
  readonly #abort = new AbortController();
  readonly #gathering: Gathering;
  #timer: Timer | undefined;
  #sent = false;

  constructor(load: LoadManyFunction<T>, size: number, gathering: Gathering) {
    this.#load = load;
    this.#gathering = gathering;
    this.#missing = size;
    this.#answers.promise.catch(() => {});
  }

  async add(key: CacheKey, signal: AbortSignal): Promise<T | undefined> {
    if (this.#sent) return (await this.#run([key], signal))[0];
    const at = this.#keys.push(key) - 1;
    signal.addEventListener('abort', () => this.#abort.abort(signal.reason), { once: true });
    this.#arrived();
    return (await this.#answers.promise)[at];
  }

  /** One has found what it looked for. */
  leave(): void {
    this.#arrived();
  }

  #arrived(): void {
    this.#missing--;
    if (this.#sent || this.#keys.length === 0) return;
    const { clock, gatherMs } = this.#gathering;
    if (this.#missing <= 0) this.#send();
    else this.#timer ??= clock.schedule(gatherMs, () => this.#send());
  }

  #send(): void {
    if (this.#sent) return;
    this.#sent = true;
    this.#timer?.cancel();
    this.#run(this.#keys, this.#abort.signal).then(this.#answers.resolve, this.#answers.reject);
  }

  async #run(keys: readonly CacheKey[], signal: AbortSignal): Promise<readonly (T | undefined)[]> {
    const answers = await this.#load(keys, { signal });
    if (Array.isArray(answers) && answers.length === keys.length) return answers;
    throw CACHE_ERRORS.create('MILLRACE_CACHE_ANSWERS_MISSING', { asked: keys.length });
  }
}
