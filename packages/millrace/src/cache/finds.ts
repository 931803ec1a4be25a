import type { CacheStatistics } from './cache-statistics.ts';
import type { EntryPlan } from './entry-options.ts';
import { CACHE_ERRORS } from './errors.ts';
import { Flights } from './flights.ts';
import type { LogEntry } from './log/index.ts';
import { type Landed, type PromotionContext, promoted } from './promotion.ts';
import type { FoundValue } from './shared/index.ts';
import type { SharedCopies } from './shared-copies.ts';
import { deepFreeze } from './sharing.ts';

/** What {@link Finds} takes. */
export interface FindsOptions extends PromotionContext {
  readonly cache: string;
  readonly timeoutMs: number;
  readonly freezes: boolean;
  readonly statistics: CacheStatistics;
  /** Keeps it; false when it was not kept. */
  readonly keep: (landed: Landed) => boolean;
}

const NO_TAGS: readonly string[] = [];

/**
 * Looks for what other processes have stored, without a loader. A find is a flight as a load is one, for the same reason:
 * what was read before an invalidation must not be kept after it. An invalidation of its key, which the log does not
 * remember, bars the flight; whether one of its tags was invalidated is asked of the log at the end.
 */
export class Finds {
  readonly #options: FindsOptions;
  /** Set right after it is made. Without it there is nobody to ask. */
  shared: SharedCopies | undefined;
  readonly #flights: Flights;

  constructor(options: FindsOptions) {
    this.#options = options;
    const { cache, clock, timeoutMs } = options;
    this.#flights = new Flights(clock, timeoutMs, () =>
      CACHE_ERRORS.create('MILLRACE_CACHE_LOAD_TIMEOUT', { cache, timeoutMs }),
    );
  }

  /** What another process stored, kept in memory by then; undefined when there is none, or nobody can be asked. */
  find(key: string, plan: EntryPlan): Promise<unknown> | undefined {
    const { shared } = this;
    if (shared === undefined) return undefined;
    const joined = this.#flights.join(key);
    if (joined !== undefined) return joined.promise.catch(nothing);
    const askedAt = this.#options.clock.now();
    const answer = this.#flights.start({
      key,
      tags: NO_TAGS,
      changes: 0,
      joinable: true,
      load: ({ signal }) => shared.find(key, signal),
      landed: (outcome, current) => {
        const found = outcome as FoundValue | undefined;
        if (found === undefined || !shared.counts(key, found)) return undefined;
        return this.#landed(key, plan, { found, askedAt }, current);
      },
      failed: nothing,
    });
    return (answer as Promise<unknown>).catch(nothing);
  }

  /** Lets finds that an invalidation names run on, unseen by who comes later. */
  detach(entry: LogEntry): void {
    if (entry.kind === 'key') this.#flights.detach(entry.name);
    else if (entry.kind === 'all') this.#flights.detachAll();
  }

  abortAll(reason: Error): void {
    this.#flights.abortAll(reason);
  }

  #landed(
    key: string,
    plan: EntryPlan,
    outcome: { readonly found: FoundValue; readonly askedAt: number },
    current: boolean,
  ): unknown {
    const { freezes, statistics, keep } = this.#options;
    const { value } = outcome.found;
    if (freezes) deepFreeze(value);
    statistics.count(statistics.numberOf(key), 'sharedHits');
    if (current) keep(promoted(key, plan, outcome, this.#options));
    return value;
  }
}

function nothing(): undefined {}
