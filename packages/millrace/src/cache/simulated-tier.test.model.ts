import type { Clock, Random } from '../core/index.ts';
import type {
  FoundValue,
  Lease,
  LogEntry,
  LogRead,
  LogSource,
  LogState,
  PlacedEntry,
  SharedStore,
  SharedTier,
  SharedValue,
  TagPosition,
  Taken,
} from './index.ts';

/*
 * A server that several caches share, without a server: the contracts of the log and of the store over plain maps, with
 * everything that can go wrong between a process and Redis. What travels is handed to `travel`, so that whoever drives
 * the race decides when it arrives; what is cut never does.
 */

/** Ends when the scheduler says so. */
export type Travel = () => Promise<unknown>;

interface Kept {
  readonly value: SharedValue;
  readonly id: string;
  readonly storedAt: number;
}

interface Held {
  readonly token: string;
  readonly until: number;
}

/** Everything that the server knows. A failover replaces it by an older one. */
class History {
  generation: string;
  entries: (Omit<PlacedEntry, 'own'> & { readonly by: SimulatedLink })[] = [];
  position = 0;
  horizon = 0;
  tags: Map<string, number> = new Map();
  values: Map<string, Kept> = new Map();
  leases: Map<string, Held> = new Map();

  constructor(generation: string) {
    this.generation = generation;
  }

  copy(): History {
    const copy = new History(this.generation);
    copy.entries = [...this.entries];
    copy.position = this.position;
    copy.horizon = this.horizon;
    copy.tags = new Map(this.tags);
    copy.values = new Map(this.values);
    copy.leases = new Map(this.leases);
    return copy;
  }
}

const MAX_TAGS = 4;
const LEASE_MS = 300;
const WAIT_MS = 20;
/** How often something slow is passed over. */
const SLOW_TRAVELS = 12;
const LOST = 'the connection is lost';

/** The server of a race. */
export class SimulatedServer {
  readonly clock: Clock;
  readonly random: Random;
  readonly travel: Travel;
  history: History = new History('g0');
  /** What a replica has that lags behind. */
  #replica: History = new History('g0');
  #replication = 0;
  #generations = 0;
  #ids = 0;
  readonly links: SimulatedLink[] = [];

  constructor(clock: Clock, random: Random, travel: Travel) {
    this.clock = clock;
    this.random = random;
    this.travel = travel;
  }

  get epoch(): string {
    return `${this.history.generation}.${this.#replication}`;
  }

  /** The replica catches up. */
  replicate(): void {
    this.#replica = this.history.copy();
  }

  /** The primary dies, and the replica goes on from what it has. Every connection is lost. */
  failOver(): void {
    this.history = this.#replica.copy();
    this.#replication++;
    this.dropAll();
  }

  /** Everything is gone, and nobody is told. */
  flush(): void {
    this.history = new History('');
    this.begin();
  }

  /** Memory runs short: what the log says of itself, the log, the tags, a lease or a value is evicted. */
  evict(): void {
    const what = this.random.int(5);
    if (what === 4) {
      const { values, leases } = this.history;
      this.flush();
      this.history.values = values;
      this.history.leases = leases;
    } else if (what === 3) this.history.leases.delete([...this.history.leases.keys()][0] ?? '');
    else if (what === 0) this.history.entries = [];
    else if (what === 1) {
      this.history.tags.clear();
      this.history.horizon = this.history.position;
    } else this.history.values.delete([...this.history.values.keys()][0] ?? '');
  }

  /** The log is cut short. */
  trim(): void {
    this.history.entries = this.history.entries.slice(-1);
  }

  dropAll(): void {
    for (const link of this.links) link.drop();
  }

  begin(): void {
    this.history.generation = `g${++this.#generations}`;
  }

  nextId(): string {
    return `id${this.#ids++}`;
  }

  append(entries: readonly LogEntry[], by: SimulatedLink): LogState {
    const { history } = this;
    for (const entry of entries) {
      const position = ++history.position;
      history.entries.push({ position, entry, by });
      if (entry.kind === 'all') history.horizon = position;
      if (entry.kind === 'tag') this.#noteTag(entry.name, position);
    }
    return { epoch: this.epoch, position: history.position, horizon: history.horizon };
  }

  #noteTag(tag: string, position: number): void {
    const { tags } = this.history;
    tags.delete(tag);
    tags.set(tag, position);
    if (tags.size <= MAX_TAGS) return;
    const [oldest] = tags;
    if (oldest === undefined) return;
    tags.delete(oldest[0]);
    this.history.horizon = Math.max(this.history.horizon, oldest[1]);
  }
}

/** One process's way to the server. */
export class SimulatedLink {
  readonly server: SimulatedServer;
  /** Whether nothing gets through. */
  cut = false;
  session = 1;
  /** Grows when all connections are lost. */
  #drops = 0;

  constructor(server: SimulatedServer) {
    this.server = server;
    server.links.push(this);
  }

  drop(): void {
    this.#drops++;
    this.session++;
  }

  /** Carries a question there and its answer back. */
  async ask<T>(question: () => T): Promise<T> {
    const drops = this.#drops;
    await this.#carry(drops);
    const answer = question();
    await this.#carry(drops);
    return answer;
  }

  /** Some of what travels is overtaken by all the rest. */
  async #carry(drops: number): Promise<void> {
    const { random, travel } = this.server;
    for (let left = random.int(8) === 0 ? SLOW_TRAVELS : 1; left > 0 && !this.cut; left--) await travel();
    if (this.cut || drops !== this.#drops) throw new Error(LOST);
  }
}

/** The tier of one process. */
export function simulatedTier(link: SimulatedLink, maxStalenessMs: number): SharedTier {
  return {
    maxStalenessMs,
    invalidateTimeoutMs: 100,
    maxTags: MAX_TAGS,
    renewMs: LEASE_MS / 3,
    open: ({ clock }) => ({ store: new SimulatedStore(link, clock), log: new SimulatedLog(link, clock) }),
  };
}

class SimulatedLog implements LogSource {
  readonly waitMs: number = WAIT_MS;
  readonly valuesApart: boolean = false;
  readonly #link: SimulatedLink;
  readonly #clock: Clock;
  #generation = '';

  constructor(link: SimulatedLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  async open(): Promise<LogState> {
    const state = await this.state();
    this.#generation = state.epoch.split('.')[0] as string;
    return state;
  }

  state(): Promise<LogState> {
    const { server } = this.#link;
    return this.#link.ask(() => ({ ...server.history, epoch: server.epoch }));
  }

  session(): number {
    return this.#link.session;
  }

  async read(position: number): Promise<LogRead> {
    const { server } = this.#link;
    const look = (): LogRead => {
      const { history } = server;
      const next = history.entries.filter((entry) => entry.position > position).slice(0, 3);
      const entries = next.map(({ by, ...entry }) => ({ ...entry, own: by === this.#link }));
      const sameHistory = history.generation === this.#generation;
      return { entries, more: entries.length === 3, position: history.position, sameHistory };
    };
    const first = await this.#link.ask(look);
    if (first.entries.length > 0 || !first.sameHistory) return first;
    await new Promise<void>((resolve) => void this.#clock.schedule(WAIT_MS, resolve));
    return this.#link.ask(look);
  }

  tagsAfter(position: number, limit: number): Promise<readonly TagPosition[]> {
    const { server } = this.#link;
    return this.#link.ask(() => [...server.history.tags].filter(([, at]) => at > position).slice(0, limit));
  }

  append(entries: readonly LogEntry[]): Promise<LogState> {
    return this.#link.ask(() => this.#link.server.append(entries, this.#link));
  }

  async close(): Promise<void> {}
}

class SimulatedStore implements SharedStore {
  readonly #link: SimulatedLink;
  readonly #clock: Clock;

  constructor(link: SimulatedLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  get ready(): boolean {
    return !this.#link.cut;
  }

  find(key: string): Promise<FoundValue | undefined> {
    return this.#link.ask(() => this.#found(key));
  }

  findMany(keys: readonly string[]): Promise<readonly (FoundValue | undefined)[]> {
    return this.#link.ask(() => keys.map((key) => this.#found(key)));
  }

  take(key: string, refused: string | undefined): Promise<Taken> {
    return this.#link.ask(() => this.#take(key, refused));
  }

  renew(lease: Lease): Promise<boolean> {
    return this.#link.ask(() => this.#holds(lease) && this.#lease(lease.key, lease.token) !== undefined);
  }

  fill(lease: Lease, value: SharedValue): Promise<boolean> {
    return this.#link.ask(() => {
      if (!this.#holds(lease)) return false;
      this.#history.leases.delete(lease.key);
      const id = this.#link.server.nextId();
      this.#history.values.set(lease.key, { value, id, storedAt: this.#clock.now() });
      return true;
    });
  }

  release(lease: Lease, why: 'failing' | 'alone' | 'nothing', forMs: number): Promise<void> {
    return this.#link.ask(() => {
      if (!this.#holds(lease)) return;
      this.#history.leases.delete(lease.key);
      if (why !== 'nothing') this.#history.leases.set(lease.key, { token: why, until: this.#clock.now() + forMs });
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    const removeOne = (key: string): void => {
      this.#history.values.delete(key);
      this.#history.leases.delete(key);
    };
    await Promise.all(keys.map((key) => this.#link.ask(() => removeOne(key))));
  }

  async close(): Promise<void> {}

  get #history(): History {
    return this.#link.server.history;
  }

  #found(key: string): FoundValue | undefined {
    const kept = this.#history.values.get(key);
    if (kept === undefined) return undefined;
    const ageMs = this.#clock.now() - kept.storedAt;
    if (ageMs < kept.value.ttlMs + kept.value.staleMs) return { ...kept.value, id: kept.id, ageMs };
    this.#history.values.delete(key);
    return undefined;
  }

  #take(key: string, refused: string | undefined): Taken {
    const found = this.#found(key);
    if (found !== undefined && found.id !== refused) return { kind: 'value', found };
    const held = this.#history.leases.get(key);
    const now = this.#clock.now();
    if (held === undefined || held.until <= now) return { kind: 'lease', lease: this.#lease(key) };
    const forMs = held.until - now;
    if (held.token === 'failing' || held.token === 'alone') return { kind: held.token, forMs };
    return { kind: 'held', forMs, filled: (ms) => this.#filled(Math.min(ms, WAIT_MS)) };
  }

  #filled(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.schedule(ms, resolve));
  }

  #lease(key: string, token: string = this.#link.server.nextId()): Lease {
    this.#history.leases.set(key, { token, until: this.#clock.now() + LEASE_MS });
    return { key, token };
  }

  #holds({ key, token }: Lease): boolean {
    const held = this.#history.leases.get(key);
    return held?.token === token && held.until > this.#clock.now();
  }
}
