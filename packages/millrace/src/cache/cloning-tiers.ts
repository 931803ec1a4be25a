import type { CacheInvalidateSignal } from '../signals/index.ts';
import type { EntryOptions, EntryPlan } from './entry-options.ts';
import type { Tiers } from './key-space.ts';
import type { Gathering } from './load-many.ts';
import type { LoadRequest } from './loads.ts';
import type { LogEntry } from './log/index.ts';
import type { LoadContext, StoreHints } from './origin.ts';
import { cloned } from './sharing.ts';
import { isThenable } from './thenable.ts';

/** Gives copies of what the tiers behind hold, and copies of what they are given: see `clone` of {@link Sharing}. */
export class CloningTiers implements Tiers {
  readonly #tiers: Tiers;

  constructor(tiers: Tiers) {
    this.#tiers = tiers;
  }

  get name(): string {
    return this.#tiers.name;
  }

  get gathering(): Gathering {
    return this.#tiers.gathering;
  }

  get(key: string): unknown {
    return cloned(this.#tiers.get(key));
  }

  peek(key: string): unknown {
    return cloned(this.#tiers.peek(key));
  }

  getOrSet(key: string, load: LoadRequest['load'], options: EntryOptions | undefined, plan: EntryPlan): unknown {
    const loadCopy = (context: LoadContext): unknown => given(load(new CopyContext(context) as never));
    return given(this.#tiers.getOrSet(key, loadCopy, options, plan));
  }

  find(key: string, plan: EntryPlan): unknown {
    return given(this.#tiers.find(key, plan));
  }

  set(key: string, value: unknown, plan: EntryPlan): Promise<void> {
    return this.#tiers.set(key, cloned(value), plan);
  }

  hottest(): Iterable<string> {
    return this.#tiers.hottest();
  }

  invalidate(entries: readonly LogEntry[], named: CacheInvalidateSignal['outcome']): Promise<void> {
    return this.#tiers.invalidate(entries, named);
  }
}

/** A copy, of what comes when it comes. */
function given(value: unknown): unknown {
  return isThenable(value) ? Promise.resolve(value).then(cloned) : cloned(value);
}

/** Shows a loader a copy of the value there was. */
class CopyContext implements LoadContext {
  readonly #context: LoadContext;
  #previous: { readonly copy: unknown } | undefined;

  constructor(context: LoadContext) {
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get previous(): unknown {
    this.#previous ??= { copy: cloned(this.#context.previous) };
    return this.#previous.copy;
  }

  store(hints: StoreHints): void {
    this.#context.store(hints);
  }

  doNotStore(forMs?: number): void {
    this.#context.doNotStore(forMs);
  }

  notModified(): unknown {
    return this.#context.notModified();
  }
}
