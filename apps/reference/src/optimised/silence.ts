import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer } from 'millrace/core';
import { type ClientConfig, DatabaseError } from 'pg';
import { type AudibleClient, CONNECT_TIMEOUT_MS } from './audible-client.ts';
import { knock } from './knock.ts';

/** A connection that has said nothing for so long while it owes an answer is asked after. */
const SILENCE_MS = 1_000;

const AT_WORK = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'`;
/** What the server says while it starts and stops. */
const OPERATOR_INTERVENTION = '57P';

/** Asks after a client again and again, each time that nothing was heard of it for a while, until it is stopped. */
export class SilenceWatch {
  readonly #client: AudibleClient;
  readonly #clock: Clock;
  readonly #askAfter: (watch: SilenceWatch) => Promise<void>;
  #heard = 0;
  #isOver = false;
  #timer: Timer | undefined;

  constructor(client: AudibleClient, clock: Clock, askAfter: (watch: SilenceWatch) => Promise<void>) {
    this.#client = client;
    this.#clock = clock;
    this.#askAfter = askAfter;
    this.#listen();
  }

  /** Nothing was heard since the last look. */
  get isSilent(): boolean {
    return !this.#isOver && this.#client.bytesHeard === this.#heard;
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #listen(): void {
    this.#heard = this.#client.bytesHeard;
    this.#timer = this.#clock.schedule(SILENCE_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    // After a stall of the event loop timers come first, and what has arrived meanwhile is heard only then.
    await setImmediate();
    if (this.isSilent) await this.#askAfter(this);
    if (!this.#isOver) this.#listen();
  }
}

/** Which of the server's processes are at work; all of them may be where it cannot say; or there is no server. */
export type Finding = ReadonlySet<number> | 'any' | 'no server';

/**
 * Asks the server which of its processes are at work, on connections made for the question. So a slow statement is told
 * from a dead connection, without a limit on how long a statement may take. However many ask there is one inquiry at a
 * time; what was begun before a question was put does not answer it.
 */
export function createInquiry(config: ClientConfig, clock: Clock): () => Promise<Finding> {
  let current: Promise<Finding> | undefined;
  let next: Promise<Finding> | undefined;
  const begin = (): Promise<Finding> => {
    next = undefined;
    current = inquire(config, clock).finally(() => {
      current = undefined;
    });
    return current;
  };
  return () => {
    if (current === undefined) return begin();
    next ??= current.then(begin);
    return next;
  };
}

async function inquire(config: ClientConfig, clock: Clock): Promise<Finding> {
  try {
    return await knock({ ...config, query_timeout: CONNECT_TIMEOUT_MS }, clock, findAtWork);
  } catch (error) {
    // One that refuses the question, because it is full or lets nobody in, is there and does not say.
    const isThere = error instanceof DatabaseError && !error.code?.startsWith(OPERATOR_INTERVENTION);
    return isThere ? 'any' : 'no server';
  }
}

async function findAtWork(client: AudibleClient): Promise<Finding> {
  const { rows } = await client.query<{ pid: number }>(AT_WORK);
  const atWork = new Set(rows.map(({ pid }) => pid));
  // Who asks is at work. A server that does not keep track, and a pooler before it, which has numbers of its own, do not know that.
  return atWork.has(client.processID) ? atWork : 'any';
}
