import type { FoundValue, Lease, LogEntry, LogSource, LogState, SharedStore, SharedTier, Taken } from 'millrace/cache';
import type { Clock } from 'millrace/core';

/** A shared tier in this very process: caches of one name find each other's values here, as processes do in Redis. */
export function createMemoryTier(leaseMs: number = 3_000): SharedTier {
  const stores = new Map<string, MemoryStore>();
  const logs = new Map<string, MemoryLog>();
  return {
    maxStalenessMs: 5_000,
    invalidateTimeoutMs: 1_000,
    maxTags: 1_000,
    renewMs: leaseMs / 3,
    open({ namespace, clock }) {
      const store = stores.get(namespace) ?? new MemoryStore(clock, leaseMs);
      const log = logs.get(namespace) ?? new MemoryLog(clock);
      stores.set(namespace, store);
      logs.set(namespace, log);
      return { store, log: log.follow() };
    },
  };
}

interface Right {
  readonly token: string;
  readonly why: 'held' | 'failing' | 'alone';
  until: number;
  /** Wakes who waits. */
  readonly over: PromiseWithResolvers<void>;
}

/** Values, and one right a key to make them. Every method is one step: nobody comes between a value and its right. */
class MemoryStore implements SharedStore {
  readonly ready: boolean = true;
  readonly #values = new Map<string, Omit<FoundValue, 'ageMs'> & { readonly at: number }>();
  readonly #rights = new Map<string, Right>();
  readonly #clock: Clock;
  readonly #leaseMs: number;
  #ids = 0;

  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  async find(key: string): Promise<FoundValue | undefined> {
    return this.#find(key);
  }

  async findMany(keys: readonly string[]): Promise<readonly (FoundValue | undefined)[]> {
    return keys.map((key) => this.#find(key));
  }

  async take(key: string, refused: string | undefined): Promise<Taken> {
    const found = this.#find(key);
    if (found !== undefined && found.id !== refused) return { kind: 'value', found };
    const right = this.#rights.get(key);
    const forMs = (right?.until ?? 0) - this.#clock.now();
    if (right === undefined || forMs <= 0) return { kind: 'lease', lease: this.#give(key, 'held', this.#leaseMs) };
    if (right.why !== 'held') return { kind: right.why, forMs };
    return { kind: 'held', forMs, filled: (ms) => waitFor(right.over.promise, ms, this.#clock) };
  }

  async renew(lease: Lease): Promise<boolean> {
    const right = this.#rightOf(lease);
    if (right !== undefined) right.until = this.#clock.now() + this.#leaseMs;
    return right !== undefined;
  }

  async fill(lease: Lease, value: Omit<FoundValue, 'id' | 'ageMs'>): Promise<boolean> {
    if (this.#rightOf(lease) === undefined) return false;
    this.#values.set(lease.key, { ...structuredClone(value), id: `${++this.#ids}`, at: this.#clock.now() });
    this.#end(lease.key);
    return true;
  }

  async release(lease: Lease, why: 'failing' | 'alone' | 'nothing', forMs: number): Promise<void> {
    if (this.#rightOf(lease) === undefined) return;
    this.#end(lease.key);
    if (why !== 'nothing') this.#give(lease.key, why, forMs);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#values.delete(key);
      this.#end(key);
    }
  }

  async close(): Promise<void> {}

  #find(key: string): FoundValue | undefined {
    const kept = this.#values.get(key);
    if (kept === undefined) return undefined;
    const { at, ...value } = kept;
    const ageMs = this.#clock.now() - at;
    if (ageMs < value.ttlMs + value.staleMs) return structuredClone({ ...value, ageMs });
    this.#values.delete(key);
    return undefined;
  }

  #give(key: string, why: Right['why'], forMs: number): Lease {
    const token = `${++this.#ids}`;
    this.#rights.set(key, { token, why, until: this.#clock.now() + forMs, over: Promise.withResolvers() });
    return { key, token };
  }

  #rightOf({ key, token }: Lease): Right | undefined {
    const right = this.#rights.get(key);
    return right?.token === token && this.#clock.now() < right.until ? right : undefined;
  }

  #end(key: string): void {
    this.#rights.get(key)?.over.resolve();
    this.#rights.delete(key);
  }
}

const WAIT_MS = 100;

/** The one order of all invalidations. It keeps everything: a log that is trimmed must not hide that it was. */
class MemoryLog {
  readonly #entries: { readonly entry: LogEntry; readonly by: LogSource }[] = [];
  /** By tag, in the order of their places. */
  readonly #tags = new Map<string, number>();
  readonly #clock: Clock;
  #horizon = 0;
  #next: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  follow(): LogSource {
    let isClosed = false;
    const state = async (): Promise<LogState> => {
      if (isClosed) throw new Error('the log was closed');
      return { epoch: 'memory', position: this.#entries.length, horizon: this.#horizon };
    };
    const source: LogSource = {
      waitMs: WAIT_MS,
      valuesApart: false,
      open: state,
      state,
      session: () => 1,
      read: async (position) => {
        if ((await state()).position === position) await waitFor(this.#next.promise, WAIT_MS, this.#clock);
        const later = this.#entries.slice(position);
        const entries = later.map(({ entry, by }, at) => ({ position: position + at + 1, entry, own: by === source }));
        return { entries, more: false, position: this.#entries.length, sameHistory: true };
      },
      tagsAfter: async (position, limit) => [...this.#tags].filter(([, at]) => at > position).slice(0, limit),
      append: async (entries) => {
        for (const entry of entries) this.#add(entry, source);
        return state();
      },
      close: async () => {
        isClosed = true;
      },
    };
    return source;
  }

  #add(entry: LogEntry, by: LogSource): void {
    const position = this.#entries.push({ entry, by });
    if (entry.kind === 'all') this.#horizon = position;
    if (entry.kind === 'tag') {
      this.#tags.delete(entry.name);
      this.#tags.set(entry.name, position);
    }
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}

/** Waits for `event`, but no longer than `ms`. */
async function waitFor(event: Promise<void>, ms: number, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.schedule(ms, resolve, { keepAlive: false });
  await Promise.race([event, promise]);
  timer.cancel();
}
