import { Fifo } from '../run/index.ts';
import { FLOW_ERRORS } from './errors.ts';

/** Who waits for an item. */
export interface Waiter<T> {
  readonly deadline: number;
  readonly timeoutMs: number;
  /** The wait is the time of a request: it may go on while a run drains. */
  readonly isMeasured: boolean;
  /** It may throw, and so may `found`: then the wait has failed. */
  readonly matches: (item: T) => boolean;
  readonly found: (item: T, now: number) => void;
  readonly failed: (error: unknown, now: number) => void;
}

/** Bytes that all inboxes of a run in one thread may keep, and what they dropped for want of room. */
export class InboxBytes {
  kept: number = 0;
  /** Items that nobody took in time, of all inboxes. */
  dropped: number = 0;
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }
}

interface Kept<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * What came on a connection and who waits for it. An item goes to the one who has waited longest for it; what nobody
 * waits for is kept, the oldest dropped beyond the bounds, and counted.
 */
export class Inbox<T> {
  /** Items dropped because nobody took them. */
  dropped: number = 0;
  readonly #name: string;
  readonly #most: number;
  readonly #bytes: InboxBytes;
  readonly #items: Fifo<Kept<T>> = new Fifo();
  /** Of what is here. */
  #keptBytes = 0;
  #waiters: Waiter<T>[] = [];
  #ended: Error | undefined;

  constructor(name: string, most: number, bytes: InboxBytes) {
    this.#name = name;
    this.#most = most;
    this.#bytes = bytes;
  }

  /** The oldest item that matches, taken out; undefined when none is there. */
  take(matches: (item: T) => boolean): T | undefined {
    return this.#taken(this.#items.take(({ item }) => matches(item)));
  }

  /** Waits for an item that is still to come. */
  wait(waiter: Waiter<T>, now: number): void {
    if (this.#ended === undefined) this.#waiters.push(waiter);
    else waiter.failed(this.#ended, now);
  }

  /** An item came at `now`. */
  add(item: T, bytes: number, now: number): void {
    if (this.#ended !== undefined) return;
    const waiter = this.#whoWants(item, now);
    if (waiter !== undefined) {
      give(waiter, item, now);
      return;
    }
    this.#items.push({ item, bytes });
    this.#keptBytes += bytes;
    this.#bytes.kept += bytes;
    while (this.#items.size > this.#most || (this.#bytes.kept > this.#bytes.most && this.#items.size > 0)) {
      this.#taken(this.#items.shift());
      this.dropped++;
      this.#bytes.dropped++;
    }
  }

  /** Gives up those who have waited too long. */
  sweep(now: number): void {
    if (this.#waiters.every(({ deadline }) => now < deadline)) return;
    const late = this.#waiters.filter(({ deadline }) => now >= deadline);
    this.#waiters = this.#waiters.filter(({ deadline }) => now < deadline);
    for (const { failed, timeoutMs } of late) {
      failed(FLOW_ERRORS.create('MILLRACE_FLOW_TIMEOUT', { name: this.#name, timeoutMs }), now);
    }
  }

  /** Ends the waits that are no request's. */
  stop(error: Error, now: number): void {
    const plain = this.#waiters.filter(({ isMeasured }) => !isMeasured);
    this.#waiters = this.#waiters.filter(({ isMeasured }) => isMeasured);
    for (const { failed } of plain) failed(error, now);
  }

  /** Nothing more will come; what is here can still be taken, and counts against no bound. */
  end(error: Error, now: number): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#bytes.kept -= this.#keptBytes;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { failed } of waiters) failed(error, now);
  }

  /** Whether that is what ended it. */
  endedBy(error: unknown): boolean {
    return error === this.#ended;
  }

  /** Who has waited longest for it, taken out. The flow's own code says so: where that fails, its wait has failed. */
  #whoWants(item: T, now: number): Waiter<T> | undefined {
    for (const waiter of [...this.#waiters]) {
      try {
        if (!waiter.matches(item)) continue;
      } catch (error) {
        this.#forget(waiter);
        waiter.failed(error, now);
        continue;
      }
      this.#forget(waiter);
      return waiter;
    }
    return undefined;
  }

  #forget(waiter: Waiter<T>): void {
    this.#waiters = this.#waiters.filter((one) => one !== waiter);
  }

  #taken(kept: Kept<T> | undefined): T | undefined {
    if (kept === undefined) return undefined;
    if (this.#ended === undefined) {
      this.#keptBytes -= kept.bytes;
      this.#bytes.kept -= kept.bytes;
    }
    return kept.item;
  }
}

function give<T>(waiter: Waiter<T>, item: T, now: number): void {
  try {
    waiter.found(item, now);
  } catch (error) {
    waiter.failed(error, now);
  }
}
