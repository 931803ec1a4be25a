import { type Clock, type Random, withTimeout } from '../../core/index.ts';
import { Backoff } from './backoff.ts';
import type { LogEntry, LogSource, LogState } from './log-source.ts';
import { type PendingEntry, PendingInvalidations } from './pending-invalidations.ts';
import { TagPositions } from './tag-positions.ts';

/*
 * Order by position, not by time.
 *
 * Several processes keep copies of what one origin holds. Which copies still count cannot be told by clocks: they differ
 * between machines, they step, and a paused process believes in an old one. So every invalidation gets a place in one log,
 * 1, 2, 3, …; every process follows that log; and every load remembers the position up to which its process had followed
 * when it BEGAN, before it asked the origin. A copy counts if its position is at or after the last invalidation of its
 * key, of its tags and of everything.
 *
 * The log lives in a server that can lose things. Three signs tell:
 *
 * - another EPOCH: the history is not the one we followed (the server was flushed, restarted, failed over). Positions of
 *   the two histories do not compare, so everything older is refused.
 * - a GAP: positions do not follow each other (the log was trimmed faster than we read, or evicted). What stood in the gap
 *   may have named anything, so everything older than its end is refused.
 * - a CUT: nothing is heard. `provenAt` stands still; it is the time at which the last read that came back was SENT, for
 *   an answer may wait in a buffer, or for us to wake. Who reads copies decides by it how long to believe them.
 *
 * After a cut the log is REPLAYED from the last position, so that what was not named in it stays.
 *
 * An invalidation takes its place only at the server, but counts here at once: from `invalidate` until the acknowledgement
 * it is pending, and whatever another process wrote of what it names is not believed. One that cannot be delivered stays
 * pending until it can.
 *
 * What the log cannot know: writes to the origin that nobody invalidates, and a network that splits so that each half has
 * a server to follow; then each half is right about itself, until they are one again.
 */

/** Who is told what happens in the log. */
export interface LogListener {
  /** Another process invalidated something at `position`. */
  invalidated(entry: LogEntry, position: number): void;
  /** What was loaded before now may have been invalidated by something that is not known. */
  reset(): void;
  /** Nothing was missing at the time `at`. */
  proven(at: number): void;
  /** Before an entry that names a key is appended, the shared values of that key go. */
  removeShared(keys: readonly string[]): Promise<void>;
}

/** What {@link PositionLog} takes. */
export interface PositionLogOptions {
  readonly source: LogSource;
  readonly listener: LogListener;
  readonly clock: Clock;
  readonly random: Random;
  /** Most tags remembered. */
  readonly maxTags: number;
  /** What others wrote is not believed when the log was last known to be whole longer ago than this. */
  readonly maxStalenessMs: number;
  /** Longest wait of who asks for an invalidation. */
  readonly invalidateTimeoutMs: number;
  /** Makes the error of one that was not acknowledged in that time. */
  readonly pendingError: () => Error;
}

/** Where a load stands in the log. */
export interface Place {
  readonly epoch: string;
  readonly position: number;
}

const TAG_PAGE = 5_000;
/** Most invalidations that are sent at once. */
const BATCH = 500;

/** Follows one log, answers what counts, and appends to it. */
export class PositionLog {
  readonly #options: PositionLogOptions;
  readonly #stop = new AbortController();
  readonly #opening: Backoff;
  readonly #delivery: Backoff;
  readonly #pending = new PendingInvalidations();
  #tags: TagPositions;
  #epoch: string | undefined;
  #position = 0;
  /** The session under which the log was last opened; undefined while it is not followed. */
  #openedUnder: number | undefined;
  /** Whether everything was read that was there when the log was opened. */
  #caughtUp = false;
  #provenAt = -Infinity;
  #delivering: Promise<void> | undefined;

  constructor(options: PositionLogOptions) {
    const { clock, random, maxTags } = options;
    this.#options = options;
    this.#tags = new TagPositions(maxTags, 0);
    this.#opening = new Backoff(clock, random, this.#stop.signal);
    this.#delivery = new Backoff(clock, random, this.#stop.signal);
    void this.#run();
  }

  /** Where a load that begins now stands; undefined before the log was first reached. */
  get place(): Place | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, position: this.#position };
  }

  /** Whether what others wrote may be believed: the log is followed, up to now, over the connections that there are. */
  get trusted(): boolean {
    const { clock, maxStalenessMs } = this.#options;
    return this.#isOpen && this.#caughtUp && clock.now() - this.#provenAt <= maxStalenessMs;
  }

  /** Invalidations that were not acknowledged yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Whether an invalidation of `key`, or of one of `tags`, waits to be acknowledged. */
  holds(key: string, tags: readonly string[]): boolean {
    return this.#pending.covers(key, tags);
  }

  /** Whether what another process loaded at a place under `key` with `tags` counts. */
  counts({ epoch, position }: Place, key: string, tags: readonly string[]): boolean {
    return epoch === this.#epoch && !this.#pending.covers(key, tags) && this.#tags.covers(position, key, tags);
  }

  /** Resolves when the log holds the entries. Whoever calls has dropped what they name in this process. */
  async invalidate(entries: readonly LogEntry[]): Promise<void> {
    const { clock, invalidateTimeoutMs, pendingError } = this.#options;
    const waiter = this.#pending.add(entries);
    this.#deliverSoon();
    try {
      await withTimeout(waiter.settled, invalidateTimeoutMs, { clock, signal: this.#stop.signal });
    } catch {
      waiter.leave();
      throw pendingError();
    }
  }

  /** Delivers what waits, if that takes no longer than an invalidation may, and ends. */
  async close(): Promise<void> {
    const { clock, invalidateTimeoutMs, source } = this.#options;
    if (this.#pending.size > 0 && this.#isOpen) {
      this.#deliverSoon();
      await withTimeout(this.#delivering ?? Promise.resolve(), invalidateTimeoutMs, { clock }).catch(() => {});
    }
    this.#stop.abort();
    this.#openedUnder = undefined;
    await source.close();
  }

  get #isOpen(): boolean {
    return this.#openedUnder !== undefined && this.#openedUnder === this.#options.source.session();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      try {
        await this.#open();
        await this.#follow();
      } catch {
        // Nothing can be done but to try again; who reads sees that the time of the last proof stands still.
      }
      this.#openedUnder = undefined;
      // A log that opens and never reads is in no less trouble than one that does not open.
      if (this.#caughtUp) failures = 0;
      this.#caughtUp = false;
      await this.#opening.pause(failures++);
    }
    await this.#options.source.close(); // Whatever was opened while it was being closed.
  }

  async #open(): Promise<void> {
    const { source } = this.#options;
    const session = source.session();
    const state = await source.open();
    if (state.epoch !== this.#epoch || state.position < this.#position) await this.#begin(state);
    // A server of values that was lost may be back with old ones, and this log's epoch is not theirs.
    else this.#tags.raise(source.valuesApart ? state.position : state.horizon);
    this.#openedUnder = session;
    this.#delivery.wake();
    this.#deliverSoon();
  }

  /** Begins with another history: what is known of the last one stands until the new one is known. */
  async #begin({ epoch, position, horizon }: LogState): Promise<void> {
    const { source, maxTags, listener } = this.#options;
    const tags = new TagPositions(maxTags, horizon);
    for (let after = horizon; ; ) {
      const page = await source.tagsAfter(after, TAG_PAGE);
      for (const [tag, at] of page) tags.note(tag, at);
      if (page.length < TAG_PAGE) break;
      after = page.at(-1)?.[1] ?? after;
    }
    tags.raise((await source.state()).horizon); // Tags that gave way while the others were read.
    this.#tags = tags;
    this.#epoch = epoch;
    this.#position = position;
    listener.reset();
  }

  async #follow(): Promise<void> {
    const { source, clock, listener } = this.#options;
    for (let behind = 0; !this.#stop.signal.aborted && this.#isOpen; ) {
      const sentAt = clock.now();
      const read = await source.read(this.#position);
      if (!read.sameHistory || read.position < this.#position) return;
      for (const { position, entry, own } of read.entries) this.#apply(position, entry, own);
      behind = read.entries.length === 0 && read.position > this.#position ? behind + 1 : 0;
      if (behind > 1) this.#skipTo(read.position);
      else if (!read.more && behind === 0) {
        this.#caughtUp = true;
        this.#provenAt = sentAt;
        listener.proven(sentAt);
      }
    }
  }

  #apply(position: number, entry: LogEntry, own: boolean): void {
    if (position !== this.#position + 1) this.#skipTo(position);
    this.#position = position;
    this.#note(entry, position);
    if (!own) this.#options.listener.invalidated(entry, position);
  }

  #note(entry: LogEntry, position: number): void {
    if (entry.kind === 'tag') this.#tags.note(entry.name, position);
    else if (entry.kind === 'all') this.#tags.raise(position);
  }

  /** What stood before `position` was not seen. */
  #skipTo(position: number): void {
    this.#position = position;
    this.#tags.raise(position);
    this.#options.listener.reset();
  }

  #deliverSoon(): void {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
  }

  /** Delivers until nothing waits or the log is not followed; what fails is tried again. Never rejects. */
  async #deliverAll(): Promise<void> {
    await undefined; // What is asked for in one turn goes in one batch.
    for (let failures = 0; this.#pending.size > 0 && this.#openedUnder !== undefined; ) {
      const batch = this.#pending.batch(BATCH);
      try {
        await this.#deliver(batch);
        failures = 0;
      } catch {
        this.#pending.fail(batch);
        await this.#delivery.pause(failures++);
      }
    }
  }

  /** The shared values go first: once the log has told of a key, nobody may find an old one. */
  async #deliver(batch: readonly PendingEntry[]): Promise<void> {
    const { source, listener } = this.#options;
    const entries = batch.map(({ entry }) => entry);
    const keys = entries.flatMap((entry) => (entry.kind === 'key' ? [entry.name] : []));
    if (keys.length > 0) await listener.removeShared(keys);
    const { epoch, position, incomplete = false } = await source.append(entries);
    if (epoch !== this.#epoch) this.#openedUnder = undefined; // Another history, to be opened before anything is believed.
    if (epoch !== this.#epoch || incomplete) {
      this.#pending.fail(batch);
      return;
    }
    for (const [index, entry] of entries.entries()) this.#note(entry, position - entries.length + 1 + index);
    this.#pending.settle(batch);
  }
}
