import { MillraceError } from 'millrace/core';
import { checkNumber } from '../errors.ts';
import { fieldOf } from '../http/index.ts';
import type { ErrorClass } from '../result/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { Inbox } from './inbox.ts';
import type { LinkSettings } from './link.ts';
import { type LinkGround, type Span, stopped } from './span.ts';

/** What is waited for on a link. */
interface Wanted<Item, Value> {
  readonly timeoutMs: number;
  /** What is timed until then; undefined for nothing. */
  readonly span: Span | undefined;
  readonly isMeasured: boolean;
  readonly matches: (item: Item) => boolean;
  readonly take: (item: Item, now: number) => Value;
  /** Told of an item that did not come in time. */
  readonly late?: () => void;
}

/** The waits on a link of a user: for its opening, then for what comes; and what is timed meanwhile. */
export class LinkWaits<View, Item> {
  readonly name: string;
  readonly inbox: Inbox<Item>;
  /** The opening. */
  readonly span: Span;
  readonly opening: PromiseWithResolvers<View> = Promise.withResolvers();
  isOpening: boolean = true;
  readonly #ground: LinkGround;
  readonly #timeoutMs: number;
  readonly #deadline: number;
  #endedAs: ErrorClass | undefined;

  constructor(ground: LinkGround, name: string, { timeoutMs, maxInbox, headers }: LinkSettings) {
    const now = ground.clock.now();
    this.name = name;
    this.inbox = new Inbox(name, maxInbox, ground.inboxBytes);
    this.span = ground.begin(ground.requests.row(name), now, -1);
    this.span.traceparent = fieldOf(headers, 'traceparent');
    this.#ground = ground;
    this.#timeoutMs = timeoutMs;
    this.#deadline = now + timeoutMs;
  }

  /** The timeout of one wait, checked; default the link's. */
  timeoutOf({ timeoutMs = this.#timeoutMs }: { readonly timeoutMs?: number }): number {
    checkNumber('timeoutMs', timeoutMs, 1, 3_600_000);
    return timeoutMs;
  }

  /** Its connection is there, and the request for it on its way. */
  connected(): void {
    this.span.writtenAt = this.#ground.clock.now();
  }

  /** The opening was answered. Returns false when nobody waits for that any more. */
  answered(status: number, error?: ErrorClass): boolean {
    if (!this.isOpening) return false;
    this.isOpening = false;
    this.settle(this.span, status, error, 0, this.#ground.clock.now());
    return true;
  }

  /** Waits for an item that is still to come. */
  wait<Value>({ span, take, late, ...wanted }: Wanted<Item, Value>, now: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const found = (item: Item, at: number): void => resolve(take(item, at));
      const failed = (error: unknown, at: number): void => {
        const isLate = error instanceof MillraceError && error.code === 'MILLRACE_FLOW_TIMEOUT';
        const kind = isLate ? 'timeout' : this.inbox.endedBy(error) ? this.#endedAs : 'check';
        if (span !== undefined) this.#broken(span, kind, at);
        reject(error);
        if (isLate) late?.();
      };
      this.inbox.wait({ ...wanted, deadline: now + wanted.timeoutMs, found, failed }, now);
    });
  }

  /** Counts an answer, or a message that is one. */
  settle(span: Span, status: number, error: ErrorClass | undefined, bytes: number, now: number): void {
    span.firstByteAt = now;
    if (this.#ground.spans.delete(span)) span.row.answered(span, status, error, bytes, now);
  }

  /** Gives up what has waited too long. Returns true when that is the opening itself. */
  sweep(now: number): boolean {
    this.inbox.sweep(now);
    if (!this.isOpening || now < this.#deadline) return false;
    const context = { name: this.name, timeoutMs: this.#timeoutMs };
    this.#notOpened('timeout', FLOW_ERRORS.create('MILLRACE_FLOW_TIMEOUT', context), now);
    return true;
  }

  stop(now: number): void {
    this.inbox.stop(stopped(), now);
  }

  /** Nothing more will come. @param kind how what still waits for it counts; undefined: the flow itself ended it */
  end(kind: ErrorClass | undefined, error: Error): void {
    const now = this.#ground.clock.now();
    this.#endedAs = kind;
    this.#notOpened(kind, error, now);
    this.inbox.end(error, now);
  }

  #notOpened(kind: ErrorClass | undefined, error: Error, now: number): void {
    if (!this.isOpening) return;
    this.isOpening = false;
    this.#broken(this.span, kind, now);
    this.opening.reject(error);
  }

  /** What the end of the run cuts off is counted by the run, what the flow gave up by nobody. */
  #broken(span: Span, kind: ErrorClass | undefined, now: number): void {
    const { isStopped, spans } = this.#ground;
    if (isStopped || !spans.delete(span) || kind === undefined) return;
    if (kind === 'timeout') span.row.givenUp(span, 'timeout', now);
    else span.row.broken(span, kind, now);
  }
}
