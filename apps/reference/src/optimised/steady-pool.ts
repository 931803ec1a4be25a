/**
 * A `pg` pool that notices when its server is gone.
 *
 * Three things keep a plain pool from it. A connection whose peer vanished without a word owes its answer for ever: here
 * one that is silent is asked after on another, and broken when the server does not work for it. While the server is away
 * every request of a plain pool tries to connect by itself, and what began in a silence is waited for after it: here one
 * attempt at a time tells for all, with another connection every half second, and who comes between two is refused at
 * once. And the end of a plain pool waits until the server has confirmed the end of each connection: here for a moment.
 *
 * @module
 */
import { type Clock, systemClock } from 'millrace/core';
import { DatabaseError, Pool, type PoolClient } from 'pg';
import { type Connections, type DatabaseOptions, type Loan, poolConfig } from '../connections.ts';
import type { Counters } from '../counters.ts';
import { databaseAway } from '../problem.ts';
import { AudibleClient } from './audible-client.ts';
import { knock } from './knock.ts';
import { createInquiry, type Finding, SilenceWatch } from './silence.ts';
import { Turns } from './turns.ts';

/** Far more than can be served before those who asked have lost patience. */
const MAX_WAITING = 2_000;
/** While the server is away it is tried at most so often. */
const RETRY_MS = 50;
/** How long the server may take to confirm the end of its connections. */
const CLOSE_MS = 1_000;
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/** What the server says while it starts and stops. */
const OPERATOR_INTERVENTION = '57P';

type PooledClient = AudibleClient & PoolClient;

/** See the head of this file. */
export function createSteadyPool(
  options: DatabaseOptions,
  counters: Counters,
  clock: Clock = systemClock,
): Connections {
  return new SteadyPool(options, counters, clock);
}

class SteadyPool implements Connections {
  readonly #pool: Pool;
  readonly #turns: Turns;
  readonly #clock: Clock;
  readonly #inquire: () => Promise<Finding>;
  readonly #reach: () => Promise<void>;
  readonly #open = new Set<PooledClient>();
  /** When a new connection was last made, or answered a question. */
  #heardAt = Number.NEGATIVE_INFINITY;
  /** From a failure to connect until an attempt succeeds. */
  #away: { attempt: Promise<void> | undefined; readonly retryAt: number } | undefined;

  constructor(options: DatabaseOptions, counters: Counters, clock: Clock) {
    const config = { ...poolConfig(options), ...KEEP_ALIVE };
    this.#clock = clock;
    const { max: count } = config;
    this.#turns = new Turns({ count, maxWaiting: MAX_WAITING, timeoutMs: options.acquireTimeoutMs, clock });
    this.#inquire = createInquiry(config, clock);
    this.#reach = () => knock(config, clock, async () => {});
    this.#pool = new Pool({ ...config, Client: AudibleClient });
    // A connection that breaks while idle is replaced by the next request; without a listener it would end the process.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => {
      counters.add('dbConnects');
      this.#hear();
      this.#open.add(client as PooledClient);
      client.once('end', () => this.#open.delete(client as PooledClient));
    });
  }

  async lend(): Promise<Loan> {
    await this.#beWell();
    await this.#turns.take();
    try {
      return this.#toLoan(await this.#connect());
    } catch (error) {
      this.#turns.give();
      throw error;
    }
  }

  async close(): Promise<void> {
    const late = this.#clock.schedule(CLOSE_MS, () => this.#giveUp());
    await this.#pool.end();
    late.cancel();
  }

  /** While a connection is open the server cannot be all gone. Else one attempt tells for all who come meanwhile. */
  async #beWell(): Promise<void> {
    const away = this.#open.size > 0 ? undefined : this.#away;
    if (away === undefined) return;
    if (away.attempt === undefined && this.#clock.now() < away.retryAt) throw databaseAway();
    away.attempt ??= this.#try().finally(() => {
      away.attempt = undefined;
    });
    await away.attempt;
  }

  async #try(): Promise<void> {
    try {
      await this.#reach();
      this.#hear();
    } catch (error) {
      if (isNoServer(error) && this.#open.size === 0) this.#giveUp();
      throw databaseAway(error);
    }
  }

  async #connect(isAgain = false): Promise<PooledClient> {
    const begunAt = this.#clock.now();
    try {
      return (await this.#pool.connect()) as PooledClient;
    } catch (error) {
      const isBack = this.#heardAt > begunAt;
      if (isNoServer(error) && isBack && !isAgain) return this.#connect(true);
      if (isNoServer(error) && !isBack && this.#open.size === 0) this.#giveUp();
      throw error;
    }
  }

  #toLoan(client: PooledClient): Loan {
    const query = async (sql: string, values?: unknown[]): Promise<unknown> => {
      const watch = new SilenceWatch(client, this.#clock, (silent) => this.#askAfter(client, silent));
      try {
        return await client.query(sql, values);
      } finally {
        watch.stop();
      }
    };
    return {
      query: query as Loan['query'],
      on: client.on.bind(client),
      off: client.off.bind(client),
      release: (broken) => {
        client.release(broken);
        this.#turns.give();
      },
    };
  }

  async #askAfter(client: PooledClient, watch: SilenceWatch): Promise<void> {
    const begunAt = this.#clock.now();
    const heard = this.#bytesHeard();
    const finding = await this.#inquire();
    // What asks may have begun in a silence that is over.
    if (finding === 'no server' && (this.#heardAt > begunAt || this.#bytesHeard() > heard)) return;
    if (finding !== 'no server') this.#hear();
    if (!watch.isSilent || finding === 'any') return;
    if (finding === 'no server') this.#giveUp();
    else if (!finding.has(client.processID)) client.break();
  }

  #bytesHeard(): number {
    return [...this.#open].reduce((sum, { bytesHeard }) => sum + bytesHeard, 0);
  }

  #hear(): void {
    this.#heardAt = this.#clock.now();
    this.#away = undefined;
  }

  /** The server is gone: nobody waits for it or for what it owes, and its connections are lent to nobody. */
  #giveUp(): void {
    this.#away = { attempt: undefined, retryAt: this.#clock.now() + RETRY_MS };
    this.#turns.refuseAll(databaseAway());
    for (const client of this.#open) client.break();
  }
}

/** Not a refusal by a server that is there. */
function isNoServer(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.code?.startsWith(OPERATOR_INTERVENTION) === true;
}
