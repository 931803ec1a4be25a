import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { MillraceError } from 'millrace/core';
import { failureOf } from '../http/index.ts';
import type { ErrorClass } from '../result/index.ts';
import { createEventStreamParser } from '../sse/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { Inbox } from './inbox.ts';
import type { Link, LinkBounds, LinkOwner } from './link.ts';
import { type LinkGround, Span, stopped } from './span.ts';

/** Options of `user.events`. */
export interface EventsOptions {
  /** The row of the opening; default `SSE` and the path. */
  readonly name?: string;
  /** Beside those of the session. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the opening, and default for each wait, in milliseconds, 1 to 3,600,000; default 10,000. */
  readonly timeoutMs?: number;
  /** Most events kept that nobody took, 1 to 1,000,000; default 1,000. Past it the oldest is dropped, and counted. */
  readonly maxInbox?: number;
}

/** How to wait for an event. */
export interface NextEventOptions {
  /** Default: the stream's. */
  readonly timeoutMs?: number;
  /** Default: any event. */
  matching?(event: StreamEvent): boolean;
  /** A row that times it; default: none does. */
  readonly name?: string;
  /**
   * When the server sent the event, in milliseconds since the Unix epoch by a clock that agrees with ours: then the
   * row's time is from there to its coming. Default: from the call; an event that was there before is not counted.
   */
  sentAt?(event: StreamEvent): number;
}

/** An event that came. */
export class StreamEvent {
  /** `message` unless the event names one. */
  readonly type: string;
  readonly data: string;
  /** Of this event or of the last one before it that had one. */
  readonly lastEventId: string;

  constructor(data: string, type: string, lastEventId: string) {
    this.data = data;
    this.type = type;
    this.lastEventId = lastEventId;
  }

  /** @throws SyntaxError */
  json<Value = unknown>(): Value {
    return JSON.parse(this.data) as Value;
  }
}

/** An event stream of a user. It is not opened again when it ends. */
export interface UserEvents {
  /** Events dropped because nobody took them in time. */
  readonly dropped: number;
  /** The oldest event that matches; it may have come before. @throws MILLRACE_FLOW_TIMEOUT, MILLRACE_FLOW_STREAM_ENDED */
  next(options?: NextEventOptions): Promise<StreamEvent>;
  close(): void;
}

interface EventsSettings extends Omit<EventsOptions, keyof LinkBounds>, LinkBounds {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Came {
  readonly event: StreamEvent;
  readonly at: number;
}

/** Opens an event stream and waits until the server has accepted it. */
export function openEventStream(ground: LinkGround, settings: EventsSettings, owner: LinkOwner): Promise<UserEvents> {
  const opening = Promise.withResolvers<UserEvents>();
  new FlowEvents(ground, settings, owner, opening);
  return opening.promise;
}

class FlowEvents implements UserEvents, Link {
  readonly #ground: LinkGround;
  readonly #settings: EventsSettings;
  readonly #owner: LinkOwner;
  readonly #name: string;
  readonly #inbox: Inbox<Came>;
  readonly #opening: PromiseWithResolvers<UserEvents>;
  readonly #span: Span;
  readonly #deadline: number;
  readonly #request: ClientRequest;
  #isOpening = true;
  #isEnded = false;

  constructor(
    ground: LinkGround,
    settings: EventsSettings,
    owner: LinkOwner,
    opening: PromiseWithResolvers<UserEvents>,
  ) {
    const { path, name = `SSE ${path}`, maxInbox, timeoutMs } = settings;
    const now = ground.clock.now();
    this.#ground = ground;
    this.#settings = settings;
    this.#owner = owner;
    this.#opening = opening;
    this.#name = name;
    this.#inbox = new Inbox(name, maxInbox);
    this.#deadline = now + timeoutMs;
    this.#request = this.#ask();
    this.#span = ground.begin(ground.requests.row(name), now);
    owner.opened(this);
  }

  get dropped(): number {
    return this.#inbox.dropped;
  }

  next(options: NextEventOptions = {}): Promise<StreamEvent> {
    const { clock, isStopped } = this.#ground;
    if (isStopped) return this.#ground.refuse(this);
    const { timeoutMs = this.#settings.timeoutMs, matching = anything } = options;
    const now = clock.now();
    return new Promise((resolve, failed) => {
      const matches = ({ event }: Came): boolean => matching(event);
      const found = (came: Came): void => {
        this.#time(came, options, now);
        resolve(came.event);
      };
      const deadline = now + timeoutMs;
      this.#inbox.wait({ matches, deadline, timeoutMs, isMeasured: false, takesOld: true, found, failed }, now);
    });
  }

  close(): void {
    this.#end('closed by the flow', undefined);
    this.#request.destroy();
  }

  sweep(now: number): void {
    if (this.#isOpening && now >= this.#deadline) {
      const { timeoutMs } = this.#settings;
      this.#notOpened('timeout', FLOW_ERRORS.create('MILLRACE_FLOW_TIMEOUT', { name: this.#name, timeoutMs }), now);
      this.close();
    }
    this.#inbox.sweep(now);
  }

  stop(now: number): void {
    this.#inbox.stop(stopped(), now);
  }

  leave(): void {
    this.close();
  }

  destroy(): void {
    this.close();
  }

  #ask(): ClientRequest {
    const { path, headers } = this.#settings;
    const { host } = this.#ground.target;
    const asked = request({
      path,
      headers: { ...headers, host, accept: 'text/event-stream', 'cache-control': 'no-store' },
      createConnection: () => this.#owner.connect(),
    });
    asked.on('response', (answer) => this.#answered(answer));
    asked.on('error', (error) => this.#end(error.message, error));
    asked.on('close', () => this.#end('the server ended it', undefined));
    return asked.end();
  }

  #answered(answer: IncomingMessage): void {
    if (!this.#isOpening) return;
    const { clock, spans } = this.#ground;
    const { statusCode: status = 0 } = answer;
    const type = answer.headers['content-type'] ?? '';
    const error = status !== 200 ? 'status' : /^text\/event-stream\b/i.test(type) ? undefined : 'check';
    this.#isOpening = false;
    const now = clock.now();
    this.#span.firstByteAt = now;
    if (spans.delete(this.#span)) this.#span.row.answered(this.#span, status, error, 0, now);
    if (error === undefined) {
      this.#read(answer);
      this.#opening.resolve(this);
      return;
    }
    const name = this.#name;
    const reason = `no event stream but ${type === '' ? 'nothing' : type}`;
    this.#opening.promise.catch(anything);
    this.#opening.reject(
      error === 'status'
        ? FLOW_ERRORS.create('MILLRACE_FLOW_STATUS_UNEXPECTED', { name, status })
        : FLOW_ERRORS.create('MILLRACE_FLOW_ANSWER_INVALID', { name, reason }),
    );
    this.close();
  }

  #read(answer: IncomingMessage): void {
    const parser = createEventStreamParser({
      event: (data, type, lastEventId) => {
        const now = this.#ground.clock.now();
        this.#inbox.add({ event: new StreamEvent(data, type, lastEventId), at: now }, now);
      },
    });
    answer.on('data', (bytes: Buffer) => {
      try {
        parser.push(bytes);
      } catch (cause) {
        this.#end((cause as Error).message, undefined);
        this.#request.destroy();
      }
    });
    answer.on('error', (error) => this.#end(error.message, error));
  }

  /** Times an event from the call, or from when it was sent. */
  #time({ event, at }: Came, { name, sentAt }: NextEventOptions, askedAt: number): void {
    if (name === undefined || (sentAt === undefined && at < askedAt)) return;
    const { clock, requests } = this.#ground;
    const since =
      sentAt === undefined ? askedAt : at - Math.max(0, clock.wallNow() - (clock.now() - at) - sentAt(event));
    const span = new Span(requests.row(name), since, since);
    span.firstByteAt = at;
    span.row.answered(span, 0, undefined, 0, at);
  }

  #end(reason: string, cause: NodeJS.ErrnoException | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const now = this.#ground.clock.now();
    const error = FLOW_ERRORS.create('MILLRACE_FLOW_STREAM_ENDED', { name: this.#name, reason }, cause);
    const { kind } = failureOf(cause, this.#request.reusedSocket || this.#request.headersSent);
    if (kind === 'client') this.#owner.clientFailed(reason);
    this.#notOpened(cause?.code === 'ECONNREFUSED' ? 'connect' : kind, error, now);
    this.#inbox.end(error, now);
    this.#owner.closed(this);
  }

  #notOpened(kind: ErrorClass, error: MillraceError, now: number): void {
    if (!this.#isOpening) return;
    this.#isOpening = false;
    const { isStopped, spans } = this.#ground;
    if (!isStopped && spans.delete(this.#span)) {
      if (kind === 'timeout') this.#span.row.givenUp(this.#span, 'timeout', now);
      else this.#span.row.broken(this.#span, kind, now);
    }
    this.#opening.promise.catch(anything);
    this.#opening.reject(error);
  }
}

function anything(): boolean {
  return true;
}
