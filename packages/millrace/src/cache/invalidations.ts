import type { Clock } from '../core/index.ts';
import type { CacheInvalidateSignal } from '../signals/index.ts';
import type { AdaptiveTtls } from './adaptive-ttl.ts';
import { reportInvalidate } from './cache-signals.ts';
import type { Finds } from './finds.ts';
import { globOf } from './key-glob.ts';
import type { Loads } from './loads.ts';
import type { LogEntry } from './log/index.ts';
import type { Memory } from './memory/index.ts';
import type { SharedCopies, SharedCopiesListener } from './shared-copies.ts';
import type { Trust } from './trust.ts';

/** What {@link Invalidations} takes. */
export interface InvalidationsOptions {
  readonly cache: string;
  readonly clock: Clock;
  readonly memory: Memory;
  readonly loads: Loads;
  readonly finds: Finds;
  readonly trust: Trust;
  readonly adaptive: AdaptiveTtls | undefined;
}

const DONE: Promise<void> = Promise.resolve();

/** Makes invalid what is named, here at once and then elsewhere; and hears what others made invalid. */
export class Invalidations {
  readonly #options: InvalidationsOptions;
  /** Set right after it is made: the two need each other. Unset when there is nobody to tell any more. */
  shared: SharedCopies | undefined;
  #changes = 0;
  #count = 0;
  #resets = 0;

  constructor(options: InvalidationsOptions) {
    this.#options = options;
  }

  /** Grows with each invalidation, here or elsewhere. */
  get changes(): number {
    return this.#changes;
  }

  /** Values dropped and loads barred. */
  get count(): number {
    return this.#count;
  }

  /** How often everything was doubted. */
  get resets(): number {
    return this.#resets;
  }

  /** Drops and bars at once, and tells the others. @param named what the signal says; undefined: no signal */
  make(entries: readonly LogEntry[], named: CacheInvalidateSignal['outcome'] | undefined): Promise<void> {
    const { cache } = this.#options;
    this.#changes++;
    let dropped = 0;
    let barred = 0;
    for (const entry of entries) {
      barred += this.#bar(entry);
      dropped += this.#drop(entry, Infinity);
    }
    if (named !== undefined) {
      this.#count += dropped + barred;
      const names = entries.flatMap((entry) => (entry.kind === 'all' ? [] : [entry.name]));
      reportInvalidate(cache, named, names, dropped, barred);
    }
    if (this.shared === undefined || entries.length === 0) return DONE;
    const told = this.shared.invalidate(entries);
    told.catch(() => {}); // It counts here; who wants to know whether it does elsewhere awaits it.
    return told;
  }

  /** What others made invalid comes to this. */
  listener(): SharedCopiesListener {
    const { clock, trust } = this.#options;
    return {
      invalidated: (entry, position) => {
        this.#changes++;
        this.#count += this.#bar(entry) + this.#drop(entry, position);
      },
      reset: () => {
        this.#changes++;
        this.#resets++;
        this.#bar({ kind: 'all' });
        trust.reset(clock.now());
      },
      proven: (at) => trust.proven(at),
    };
  }

  /** Lets what is in flight run on for those who came before; answers how many loads. */
  #bar(entry: LogEntry): number {
    const { loads, finds } = this.#options;
    finds.detach(entry);
    return loads.detach(entry, this.#changes);
  }

  /** Drops what an entry names and was loaded below `position`. */
  #drop(entry: LogEntry, position: number): number {
    const { memory } = this.#options;
    const glob = globOf(entry);
    if (glob !== undefined) return memory.deleteNamedBelow((key) => glob.names(key), position, this.#noteAge());
    if (entry.kind === 'tag') return memory.deleteTaggedBelow(entry.name, position, this.#noteAge());
    if (entry.kind === 'key') return memory.deleteBelow(entry.name, position, this.#noteAge()) ? 1 : 0;
    return position === Infinity ? memory.clear() : memory.clearBelow(position);
  }

  /** What is named has changed; of everything nobody can have meant that. */
  #noteAge(): ((slot: number) => void) | undefined {
    const { adaptive, memory, clock } = this.#options;
    if (adaptive === undefined) return undefined;
    const now = clock.now();
    return (slot) => adaptive.invalidated(memory.patternAt(slot), now - memory.loadedAt(slot));
  }
}
