import type { Clock, Timer } from '../../core/index.ts';
import { hits, type RevocableClaims, type Revocation, type RevocationEntry } from './revocation.ts';
import type { RevocationFeed, RevocationHints, RevocationLog, RevocationRead } from './revocation-log.ts';

/** Time that moves when it is told to, at once: what becomes due runs while it moves. */
export class SteppedClock implements Clock {
  #now = 0;
  wallOffset = 1_760_000_000_000;
  readonly #timers = new Set<{ readonly due: number; readonly fire: () => void }>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.wallOffset + this.#now;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  schedule(delayMs: number, fire: () => void): Timer {
    const timer = { due: this.#now + delayMs, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  step(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.due > this.#now || !this.#timers.delete(timer)) continue;
      timer.fire();
    }
  }
}

/** A mistake in a database, that the check of the races must find. */
export type LogFault = 'lagging-reads' | 'early-answer' | 'unmarked-history';

/** A database with one log, whose answers take as long as `pause` does, and that can be away or lose its newest entries. */
export class SimulatedLog implements RevocationLog {
  readonly pause: () => Promise<unknown>;
  readonly fault: LogFault | undefined;
  entries: RevocationEntry[] = [];
  isAway = false;
  isDeaf = false;
  reads = 0;
  questions = 0;
  prunedTo = 0;
  readonly #listeners = new Set<RevocationHints>();
  #marks = 0;

  constructor(pause: () => Promise<unknown> = async () => {}, fault?: LogFault) {
    this.pause = pause;
    this.fault = fault;
  }

  readonly listen: RevocationFeed = (hints) => {
    this.#listeners.add(hints);
    if (!this.isDeaf) hints.listening();
    return { close: async () => void this.#listeners.delete(hints) };
  };

  async append(revocation: Revocation): Promise<number> {
    await this.#asked();
    if (this.fault === 'early-answer') {
      void this.pause().then(() => this.#put(revocation));
      return this.entries.length + 1;
    }
    const position = this.#put(revocation);
    await this.pause();
    return position;
  }

  async readAfter(position: number, limit: number): Promise<RevocationRead> {
    this.reads++;
    const early = this.#snapshot(position, limit);
    await this.#asked();
    const read = this.#snapshot(position, limit);
    await this.pause();
    return this.fault === 'lagging-reads' ? early : read;
  }

  async find(claims: RevocableClaims): Promise<readonly RevocationEntry[]> {
    this.questions++;
    await this.#asked();
    return this.entries.filter((entry) => hits(entry, claims, -Infinity));
  }

  async head(): Promise<number> {
    await this.#asked();
    return this.entries.at(-1)?.position ?? 0;
  }

  async prune(): Promise<number> {
    return 0;
  }

  /** Nobody is told of anything until they are heard again. */
  deafen(isDeaf: boolean): void {
    if (this.isDeaf === isDeaf) return;
    this.isDeaf = isDeaf;
    for (const hints of this.#listeners) isDeaf ? hints.lost() : hints.listening();
  }

  /** A replica takes over that lacks the newest entries. */
  failOver(lost: number): readonly RevocationEntry[] {
    return this.entries.splice(Math.max(0, this.entries.length - lost));
  }

  tell(position: number): void {
    for (const hints of this.#listeners) hints.appended(position);
  }

  async #asked(): Promise<void> {
    await this.pause();
    if (this.isAway) throw new Error('the database is away');
  }

  #put(revocation: Revocation): number {
    const last = this.entries.at(-1);
    const position = (last?.position ?? 0) + 1;
    const mark = this.fault === 'unmarked-history' ? `at ${position}` : `mark ${++this.#marks}`;
    this.entries.push({ position, mark, previousMark: last?.mark ?? '', revocation });
    if (!this.isDeaf) void this.pause().then(() => this.tell(position));
    return position;
  }

  #snapshot(position: number, limit: number): RevocationRead {
    const last = this.entries.at(-1);
    const entries = this.entries.filter((entry) => entry.position > position).slice(0, limit);
    return { entries, head: last?.position ?? 0, headMark: last?.mark ?? '', prunedTo: this.prunedTo };
  }
}

/** Lets everything run that is ready to. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((turn) => setImmediate(turn));
}
