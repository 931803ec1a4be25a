import type { Clock, Timer } from '../core/index.ts';
import type { ConnectionReport, RedisConnection } from './connection.ts';
import { closedError, reasonOf } from './link-error.ts';

/** What a connection is kept with. */
export interface KeepOptions {
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
}

/** Between two looks at a connection. */
const LOOK_MS = 250;
/** How long a library may try by itself before it is replaced, the first time; twice as long each time after. */
const PATIENCE_MS = 5_000;
const LONGEST_PATIENCE_MS = 60_000;
/** How long to wait after a library gave up: half of this at least. */
const GAVE_UP_MS = 1_000;
/** Between two replacements that somebody asked for. */
const RENEWAL_MS = 1_000;

/**
 * A connection that is there again whatever becomes of its client. The libraries connect again by themselves, in most
 * cases: one that has given up, or that gets nowhere, is replaced by a new one.
 */
export class KeptConnection<Connection extends RedisConnection> {
  readonly #open: (report: ConnectionReport) => Connection;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Called when a connection was made. */
  readonly #made: () => void;
  /** Called at each look at a connection that is ready. */
  readonly #look: () => void;
  #current: Connection;
  #session = 0;
  #reason = 'none was made yet';
  #patienceMs = PATIENCE_MS;
  /** When the current client is replaced unless it is ready by then. */
  #replaceAt: number;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #closed = false;
  #firstMade = Promise.withResolvers<void>();

  constructor(
    open: (report: ConnectionReport) => Connection,
    { clock, random = Math.random }: KeepOptions,
    on: { readonly made?: () => void; readonly look?: () => void } = {},
  ) {
    this.#open = open;
    this.#clock = clock;
    this.#random = random;
    this.#made = on.made ?? (() => {});
    this.#look = on.look ?? (() => {});
    this.#firstMade.promise.catch(() => {}); // Told to those who wait.
    this.#replaceAt = clock.now() + PATIENCE_MS;
    this.#current = this.#start();
    this.#schedule();
  }

  get ready(): boolean {
    return !this.#closed && this.#current.ready;
  }

  /** The client of now; another one after it was replaced. */
  get current(): Connection {
    return this.#current;
  }

  /** Another number whenever a connection was made anew. */
  get session(): number {
    return this.#session;
  }

  /** Why there is no connection, in one word of the server or the system. */
  get reason(): string {
    return this.#reason;
  }

  /** Resolves once it is ready for the first time; rejects when it is closed before. */
  get connected(): Promise<void> {
    return this.#firstMade.promise;
  }

  /** Gives the current client up for a new one; not more than once a second. */
  renew(reason: string): void {
    const now = this.#clock.now();
    if (this.#closed || now - this.#renewedAt < RENEWAL_MS) return;
    this.#renewedAt = now;
    this.#reason = reason;
    this.#replace();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#firstMade.reject(closedError());
    this.#current.close();
  }

  /** Reports of a client that was replaced count for nothing. */
  #start(): Connection {
    const isCurrent = (): boolean => !this.#closed && this.#current === connection;
    const connection = this.#open({
      made: () => {
        if (!isCurrent()) return;
        this.#session++;
        if (!connection.ready) return;
        this.#firstMade.resolve();
        this.#made();
      },
      failed: (error) => {
        if (isCurrent()) this.#reason = reasonOf(error);
      },
      ended: (error) => {
        if (!isCurrent()) return;
        if (error !== undefined) this.#reason = reasonOf(error);
        this.#replaceAt = this.#clock.now() + GAVE_UP_MS * (0.5 + this.#random());
      },
    });
    this.#current = connection;
    connection.start();
    return connection;
  }

  #replace(): void {
    const old = this.#current;
    this.#replaceAt = this.#clock.now() + this.#patienceMs * (1 + this.#random() / 4);
    this.#start();
    old.close();
  }

  #schedule(): void {
    this.#timer = this.#clock.schedule(LOOK_MS, () => this.#inspect(), { keepAlive: false });
  }

  #inspect(): void {
    if (this.#closed) return;
    this.#schedule();
    const now = this.#clock.now();
    if (this.#current.ready) {
      this.#patienceMs = PATIENCE_MS;
      this.#replaceAt = now + PATIENCE_MS;
      this.#firstMade.resolve();
      this.#look();
    } else if (now >= this.#replaceAt) {
      this.#patienceMs = Math.min(this.#patienceMs * 2, LONGEST_PATIENCE_MS);
      this.#replace();
    }
  }
}
