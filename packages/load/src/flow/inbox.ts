import type { MillraceError } from 'millrace/core';
import { FLOW_ERRORS } from './errors.ts';

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly deadline: number;
  readonly timeoutMs: number;
  /** The wait is the time of a request: it may go on while a run drains. */
  readonly isMeasured: boolean;
  readonly found: (item: T, now: number) => void;
  readonly failed: (error: MillraceError, now: number) => void;
}

/** How to wait for an item. */
export interface WaitFor<T> extends Waiter<T> {
  /** Items that came before the call count as well. */
  readonly takesOld: boolean;
}

/**
 * What came on a connection and who waits for it. An item goes to the one who has waited longest for it; what nobody
 * waits for is kept, the oldest dropped beyond the bound, and counted.
 */
export class Inbox<T> {
  /** Items dropped because nobody took them. */
  dropped: number = 0;
  readonly #name: string;
  readonly #most: number;
  #items: T[] = [];
  #waiters: Waiter<T>[] = [];
  #ended: MillraceError | undefined;

  constructor(name: string, most: number) {
    this.#name = name;
    this.#most = most;
  }

  /** Waits for an item; told at once when it is there. */
  wait(wanted: WaitFor<T>, now: number): void {
    const at = wanted.takesOld ? this.#items.findIndex(wanted.matches) : -1;
    if (at !== -1) {
      const [item] = this.#items.splice(at, 1);
      wanted.found(item as T, now);
    } else if (this.#ended !== undefined) wanted.failed(this.#ended, now);
    else this.#waiters.push(wanted);
  }

  /** An item came at `now`. */
  add(item: T, now: number): void {
    const at = this.#waiters.findIndex(({ matches }) => matches(item));
    if (at !== -1) {
      const [waiter] = this.#waiters.splice(at, 1);
      waiter?.found(item, now);
      return;
    }
    this.#items.push(item);
    if (this.#items.length <= this.#most) return;
    this.#items.shift();
    this.dropped++;
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
  stop(error: MillraceError, now: number): void {
    const plain = this.#waiters.filter(({ isMeasured }) => !isMeasured);
    this.#waiters = this.#waiters.filter(({ isMeasured }) => isMeasured);
    for (const { failed } of plain) failed(error, now);
  }

  /** Nothing more will come. */
  end(error: MillraceError, now: number): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { failed } of waiters) failed(error, now);
  }
}
