import { type Clock, withTimeout } from '../../core/index.ts';
import { AUTH_ERRORS } from '../errors.ts';
import type { RevocationEntry } from './revocation.ts';
import { breakOf, type Place } from './revocation-chain.ts';
import type { RevocationLog } from './revocation-log.ts';

/*
 * Follows a log by reads, each of which proves itself: the entries hang together by their marks, from the last one that is
 * known to the head as of the read. So what is known is whole as of the moment at which the last read that came back was
 * SENT, whatever was or was not told meanwhile. Hints only make reads come sooner.
 *
 * STRICT is what the process is while it has reason to think that it missed something: before the first read, after the
 * feed of hints was lost or skipped a position, when the log no longer goes on from what is known (it was restored, or
 * failed over to a replica that lacked the newest entries), when the wall clock stepped back. Then nothing is answered from
 * what is known until a read that BEGAN afterwards has come back.
 */

/** Why what is known may not be all. */
export type RevocationGap =
  /** The feed of hints ended. */
  | 'feed-lost'
  /** The feed told of a position and not of the one before it. */
  | 'hint-skipped'
  /** The log does not go on from the last entry that was read. Everything is read again; what is known stays. */
  | 'history'
  /** The log lacks entries that it should have. What it has is read. */
  | 'missing'
  /** The wall clock stepped back behind the end of what was dropped. Everything is read again. */
  | 'clock';

/** What {@link RevocationFollower} takes. */
export interface FollowerOptions {
  readonly log: Pick<RevocationLog<never>, 'readAfter'>;
  readonly clock: Clock;
  /** Longest read. */
  readonly timeoutMs: number;
  /** An entry was read; `isNew` when its position is after all that were read before. */
  readonly apply: (entry: RevocationEntry, isNew: boolean) => void;
  readonly noteGap: (gap: RevocationGap) => void;
  /** Whether the process is strict has changed. */
  readonly noteStrict: (isStrict: boolean) => void;
}

/**
 * A moment by both clocks. Monotonic time may stand still while a machine sleeps, and the wall clock may step back; so
 * the age of a moment is the longer of the two.
 */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

interface Reading {
  readonly sent: Moment;
  readonly ended: Promise<void>;
}

const START: Place = { position: 0, mark: '' };
const PAGE = 5_000;
/** A log that does not even hang together in itself is taken as it is. */
const MAX_RESTARTS = 3;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1_000;

/** Knows how far the log was read, as of when, and reads on. */
export class RevocationFollower {
  readonly #options: FollowerOptions;
  #place: Place = START;
  /** The highest position that was told of. */
  #hinted = 0;
  #proven: Moment = { monotonicMs: -Infinity, wallMs: -Infinity };
  /** Reads are numbered: how many began, the last that came back, and the first that ends strictness. */
  #begun = 0;
  #done = 0;
  #strictUntil = 1;
  #toldStrict = true;
  #mustReload = true;
  #reading: Reading | undefined;
  #next: Promise<void> | undefined;
  #failures = 0;
  #failed = 0;
  #retryAt = -Infinity;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** The last entry that was read. */
  get position(): number {
    return this.#place.position;
  }

  /** How long ago everything was known, in milliseconds. */
  get stalenessMs(): number {
    return this.#ageMs(this.#proven);
  }

  get isStrict(): boolean {
    return this.#done < this.#strictUntil;
  }

  /** Reads that began, and that failed. */
  get reads(): { readonly begun: number; readonly failed: number } {
    return { begun: this.#begun, failed: this.#failed };
  }

  /** Monotonic time before which it is of no use to ask again; -Infinity unless the last read failed. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** Resolves when a read that begins after this call has come back. Joined by all who ask until it begins. */
  catchUp(): Promise<void> {
    if (this.#reading === undefined) return this.#begin();
    this.#next ??= this.#reading.ended
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#reading?.ended ?? this.#begin();
      });
    return this.#next;
  }

  /** Resolves when everything is known as of a moment that was at most so long ago at the time of the call. */
  catchUpWithin(maxStalenessMs: number): Promise<void> {
    const reading = this.#reading;
    return reading !== undefined && this.#ageMs(reading.sent) <= maxStalenessMs ? reading.ended : this.catchUp();
  }

  /** Somebody told of `position`. */
  hint(position: number): void {
    const expected = Math.max(this.#hinted, this.position) + 1;
    if (position > expected && this.#done > 0) this.noteGap('hint-skipped');
    if (position > this.position) this.learn(position);
  }

  /** There is an entry at `position` that was not read. */
  learn(position: number): void {
    this.#hinted = Math.max(this.#hinted, position);
    this.catchUp().catch(() => {});
  }

  /** Something may have been missed until now. */
  noteGap(gap: RevocationGap): void {
    this.#options.noteGap(gap);
    this.beStrict();
  }

  /** Strict until a read that begins after this call has come back. */
  beStrict(): void {
    this.#strictUntil = this.#begun + 1;
    this.#tellStrict();
    this.catchUp().catch(() => {});
  }

  /** Everything is to be read again. */
  reload(gap: RevocationGap): void {
    this.#mustReload = true;
    this.noteGap(gap);
  }

  #begin(): Promise<void> {
    const turn = ++this.#begun;
    const ended = this.#read(turn).finally(() => {
      this.#reading = undefined;
    });
    ended.catch(() => {});
    this.#reading = { sent: this.#now(), ended };
    return ended;
  }

  async #read(turn: number): Promise<void> {
    const isReload = this.#mustReload;
    this.#mustReload = false;
    try {
      await this.#readAll(turn, isReload);
    } catch (error) {
      this.#mustReload ||= isReload;
      this.#failed++;
      this.#retryAt = this.#options.clock.now() + Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
      throw AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_UNKNOWN', {}, error);
    }
    this.#done = turn;
    this.#failures = 0;
    this.#retryAt = -Infinity;
    this.#tellStrict();
  }

  async #readAll(turn: number, fromStart: boolean): Promise<void> {
    const { clock, log, timeoutMs, apply } = this.#options;
    let isReload = fromStart;
    let place = isReload ? START : this.#place;
    for (let restarts = 0; ; ) {
      const sent = this.#now();
      const read = await withTimeout(() => log.readAfter(place.position, PAGE), timeoutMs, { clock });
      const gap = breakOf(read, place, PAGE, isReload);
      if (gap !== undefined) this.#noteGapDuring(turn, gap);
      if (gap === 'history' && restarts++ < MAX_RESTARTS) {
        [isReload, place] = [true, START];
        continue;
      }
      for (const entry of read.entries) apply(entry, entry.position > this.position);
      const last = read.entries.length === PAGE ? read.entries.at(-1) : undefined;
      place = last ?? { position: read.head, mark: read.headMark };
      if (last !== undefined) continue;
      [this.#place, this.#proven] = [place, sent];
      if (isReload) this.#hinted = place.position;
      return;
    }
  }

  /** The read that found it is the one that mends it: it reads everything. */
  #noteGapDuring(turn: number, gap: RevocationGap): void {
    this.#options.noteGap(gap);
    this.#strictUntil = Math.max(this.#strictUntil, turn);
    this.#tellStrict();
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonicMs: clock.now(), wallMs: clock.wallNow() };
  }

  #ageMs({ monotonicMs, wallMs }: Moment): number {
    const { clock } = this.#options;
    return Math.max(clock.now() - monotonicMs, clock.wallNow() - wallMs);
  }

  #tellStrict(): void {
    if (this.#toldStrict === this.isStrict) return;
    this.#toldStrict = this.isStrict;
    this.#options.noteStrict(this.isStrict);
  }
}
