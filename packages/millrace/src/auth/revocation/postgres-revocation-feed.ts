import {
  type Clock,
  checkOptionNames,
  type OptionNames,
  systemClock,
  type Timer,
  withTimeout,
} from '../../core/index.ts';
import { checkWhole } from '../option-check.ts';
import { channelOf, checkTable, DEFAULT_TABLE } from './postgres-revocation-log.ts';
import type { RevocationFeed, RevocationHints } from './revocation-log.ts';

/** As much of a `Client` of node-postgres as is used: one connection, connected, for this alone. */
export interface PostgresListener {
  query(text: string): Promise<unknown>;
  on(
    event: 'notification',
    hear: (message: { readonly channel: string; readonly payload?: string | undefined }) => void,
  ): unknown;
  on(event: 'error' | 'end', hear: () => void): unknown;
  end(): Promise<unknown>;
}

/** What {@link listenPostgres} takes. */
export interface ListenPostgresOptions {
  /** Makes one more connection to the primary, past any pooler that shares connections between transactions. */
  readonly connect: () => Promise<PostgresListener>;
  /** The log's table. Default `millrace_revocations`. */
  readonly table?: string;
  /** Longest connecting, and longest answer of a connection that nothing is heard on, in milliseconds. 100 to 60,000; default 2,000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

const OPTIONS: OptionNames<ListenPostgresOptions> = { connect: true, table: true, timeoutMs: true, clock: true };
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1_000;
/** A connection can be dead without a word; it is asked this often. */
const ASKED_EVERY_MS = 5_000;

/**
 * Hints by LISTEN, over a connection of its own that is made anew whenever it is lost.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const listen = listenPostgres({
 *   async connect() {
 *     const client = new pg.Client(process.env.DATABASE_URL);
 *     await client.connect();
 *     return client;
 *   },
 * });
 */
export function listenPostgres(options: ListenPostgresOptions): RevocationFeed {
  checkOptionNames('listenPostgres', options, OPTIONS);
  const channel = channelOf(checkTable(options.table ?? DEFAULT_TABLE));
  const timeoutMs = checkWhole('timeoutMs', options.timeoutMs ?? 2_000, 100, 60_000);
  const { connect, clock = systemClock } = options;
  return (hints) => new Listening({ connect, channel, timeoutMs, clock, hints });
}

interface ListeningOptions {
  readonly connect: () => Promise<PostgresListener>;
  readonly channel: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly hints: RevocationHints;
}

class Listening {
  readonly #options: ListeningOptions;
  #client: PostgresListener | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: ListeningOptions) {
    this.#options = options;
    void this.#open();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await this.#end(client);
  }

  async #open(): Promise<void> {
    const { connect, channel, timeoutMs, clock, hints } = this.#options;
    const connecting = (async () => connect())();
    try {
      const client = await withTimeout(connecting, timeoutMs, { clock });
      this.#client = client;
      client.on('error', () => this.#lose(client));
      client.on('end', () => this.#lose(client));
      client.on('notification', ({ channel: from, payload }) => {
        if (from === channel && this.#client === client) hints.appended(Number(payload));
      });
      await withTimeout(() => client.query(`LISTEN ${channel}`), timeoutMs, { clock });
      if (this.#isClosed) return await this.#end(client);
      if (this.#client !== client) return;
      this.#failures = 0;
      hints.listening();
      this.#askSoon(client);
    } catch {
      // What connects too late is not wanted any more.
      if (this.#client !== undefined) this.#lose(this.#client);
      else {
        connecting.then((late) => this.#end(late)).catch(() => {});
        this.#openLater();
      }
    }
  }

  #askSoon(client: PostgresListener): void {
    const { clock, timeoutMs } = this.#options;
    const question = async (): Promise<void> => {
      try {
        await withTimeout(() => client.query('SELECT 1'), timeoutMs, { clock });
        if (this.#client === client) this.#askSoon(client);
      } catch {
        this.#lose(client);
      }
    };
    this.#timer = clock.schedule(ASKED_EVERY_MS, () => void question(), { keepAlive: false });
  }

  #lose(client: PostgresListener): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    this.#timer?.cancel();
    this.#options.hints.lost();
    void this.#end(client);
    this.#openLater();
  }

  #openLater(): void {
    if (this.#isClosed) return;
    const pauseMs = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    this.#timer = this.#options.clock.schedule(pauseMs, () => void this.#open(), { keepAlive: false });
  }

  /** The end of a connection that answers nothing is not waited for. */
  async #end(client: PostgresListener): Promise<void> {
    const { timeoutMs, clock } = this.#options;
    await withTimeout(async () => client.end(), timeoutMs, { clock }).catch(() => {});
  }
}
