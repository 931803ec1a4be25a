import type { ClientRequest, IncomingMessage } from 'node:http';
import { checkOptionNames, type OptionNames } from 'millrace/core';
import { checkNumber } from '../errors.ts';
import { failureOf } from '../http/index.ts';
import type { ErrorClass } from '../result/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import { createEventStreamParser } from '../sse/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { promiseToFlow } from './flow-promise.ts';
import type { Link, LinkOwner, LinkSettings } from './link.ts';
import { LinkWaits } from './link-waits.ts';
import { rowNameOf } from './row-book.ts';
import { type LinkGround, Span } from './span.ts';
import type { StreamRequest } from './stream-request.ts';

const BYTES_PER_CHARACTER = 2;
/** How far two clocks that agree may be apart, by what they are rounded to. */
const CLOCK_GRAIN_MS = 2;

/** Options of `user.events`. */
export interface EventsOptions {
  /** The row of the opening; default `SSE` and the path without its query. */
  readonly name?: string;
  /** Default `GET`, with a body `POST`. Not `HEAD`, and no body with `GET`. */
  readonly method?: RequestSpec['method'];
  /** Beside those of the session. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as UTF-8. */
  readonly body?: string | Uint8Array;
  /** A body as JSON, with its content type. */
  readonly json?: unknown;
  /** A body as a form, with its content type. */
  readonly form?: Readonly<Record<string, string>>;
  /** For the opening, and default for each wait, in milliseconds, 1 to 3,600,000; default 10,000. */
  readonly timeoutMs?: number;
  /** Most events kept that nobody took, 1 to 1,000,000; default 1,000. Past it the oldest is dropped, and counted. */
  readonly maxInbox?: number;
}

export const EVENTS_NAMES: OptionNames<EventsOptions> = {
  ...{ name: true, method: true, headers: true, body: true, json: true, form: true },
  ...{ timeoutMs: true, maxInbox: true },
};

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
   * row's time is from there to its coming; one that came before it was sent is a `check` error of the row. Default:
   * from the call; an event that was there before is not counted.
   */
  sentAt?(event: StreamEvent): number;
}

const NEXT_NAMES: OptionNames<NextEventOptions> = { timeoutMs: true, matching: true, name: true, sentAt: true };

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

interface EventsSettings extends Pick<EventsOptions, 'name'>, LinkSettings, Pick<StreamRequest, 'method' | 'body'> {}

interface Came {
  readonly event: StreamEvent;
  readonly at: number;
}

/** Opens an event stream and waits until the server has accepted it. */
export function openEventStream(ground: LinkGround, settings: EventsSettings, owner: LinkOwner): Promise<UserEvents> {
  return new FlowEvents(ground, settings, owner).opening;
}

class FlowEvents implements UserEvents, Link {
  readonly #ground: LinkGround;
  readonly #settings: EventsSettings;
  readonly #owner: LinkOwner;
  readonly #waits: LinkWaits<UserEvents, Came>;
  readonly #request: ClientRequest;
  #isConnected = false;
  #isEnded = false;

  constructor(ground: LinkGround, settings: EventsSettings, owner: LinkOwner) {
    const { path, name = rowNameOf('SSE', path) } = settings;
    this.#ground = ground;
    this.#settings = settings;
    this.#owner = owner;
    this.#request = this.#ask();
    this.#waits = new LinkWaits(ground, name, settings);
    owner.opened(this);
  }

  get opening(): Promise<UserEvents> {
    return this.#waits.opening.promise;
  }

  get dropped(): number {
    return this.#waits.inbox.dropped;
  }

  next(options: NextEventOptions = {}): Promise<StreamEvent> {
    return promiseToFlow(() => {
      checkOptionNames('next', options, NEXT_NAMES);
      const { clock, isStopped, requests } = this.#ground;
      if (isStopped) return this.#ground.refuse(this);
      const { matching = anything, name, sentAt } = options;
      const timeoutMs = this.#waits.timeoutOf(options);
      const matches = ({ event }: Came): boolean => matching(event);
      const now = clock.now();
      const old = this.#waits.inbox.take(matches);
      if (old !== undefined && (name === undefined || sentAt === undefined)) return Promise.resolve(old.event);
      const span = name === undefined ? undefined : this.#ground.begin(requests.row(name), now);
      const take = (came: Came): StreamEvent => this.#time(came, span, sentAt);
      if (old === undefined) return this.#waits.wait({ timeoutMs, span, isMeasured: false, matches, take }, now);
      return Promise.resolve(take(old));
    });
  }

  close(): void {
    this.#end('closed by the flow', undefined, undefined);
    this.#request.destroy();
  }

  sweep(now: number): void {
    if (this.#waits.sweep(now)) this.close();
  }

  stop(now: number): void {
    this.#waits.stop(now);
  }

  leave(): void {
    this.close();
  }

  destroy(): void {
    this.close();
  }

  #ask(): ClientRequest {
    const { method, path, headers, body } = this.#settings;
    const { host, tls } = this.#ground.target;
    const length = body && { 'content-length': body.length };
    // To import it would load Node's own fetch beside it, for every run: many megabytes, and again in each thread.
    const asked = process.getBuiltinModule('node:http').request({
      ...{ method, path },
      headers: { ...headers, ...length, host, accept: 'text/event-stream', 'cache-control': 'no-store' },
      createConnection: () => {
        const socket = this.#owner.connect();
        return socket.once(tls === undefined ? 'connect' : 'secureConnect', () => this.#connected());
      },
    });
    asked.on('response', (answer) => this.#answered(answer));
    asked.on('error', (error) => this.#broken(error));
    asked.on('close', () => this.#broken(undefined));
    return asked.end(body);
  }

  #connected(): void {
    this.#isConnected = true;
    this.#waits.connected();
  }

  #answered(answer: IncomingMessage): void {
    const { statusCode: status = 0 } = answer;
    this.#owner.takeCookies(answer.headers['set-cookie'] ?? []);
    const type = answer.headers['content-type'] ?? '';
    const error = status !== 200 ? 'status' : /^text\/event-stream\b/i.test(type) ? undefined : 'check';
    if (!this.#waits.answered(status, error)) return;
    const { name, opening } = this.#waits;
    if (error === undefined) {
      this.#read(answer);
      opening.resolve(this);
      return;
    }
    const reason = `no event stream but ${type === '' ? 'nothing' : type}`;
    opening.reject(
      error === 'status'
        ? FLOW_ERRORS.create('MILLRACE_FLOW_STATUS_UNEXPECTED', { name, status })
        : FLOW_ERRORS.create('MILLRACE_FLOW_ANSWER_INVALID', { name, reason }),
    );
    this.close();
  }

  #read(answer: IncomingMessage): void {
    const parser = createEventStreamParser({
      event: (data, type, lastEventId) => {
        const at = this.#ground.clock.now();
        const event = new StreamEvent(data, type, lastEventId);
        this.#waits.inbox.add({ event, at }, BYTES_PER_CHARACTER * data.length, at);
      },
    });
    answer.on('data', (bytes: Buffer) => {
      try {
        parser.push(bytes);
      } catch (cause) {
        this.#end((cause as Error).message, 'protocol', cause);
        this.#request.destroy();
      }
    });
    answer.on('error', (error) => this.#broken(error));
  }

  /** Times an event from the call, or from when it was sent. */
  #time(came: Came, span: Span | undefined, sentAt: NextEventOptions['sentAt']): StreamEvent {
    const { event, at } = came;
    if (span === undefined) return event;
    if (sentAt === undefined) {
      this.#waits.settle(span, 0, undefined, 0, at);
      return event;
    }
    const { clock, spans } = this.#ground;
    const sinceMs = this.#sentTime(sentAt, event, span, at);
    if (!spans.delete(span)) return event;
    const tookMs = clock.wallNow() - (clock.now() - at) - sinceMs;
    const since = at - Math.max(0, tookMs);
    const timed = new Span(span.row, since, since);
    timed.firstByteAt = at;
    if (tookMs < -CLOCK_GRAIN_MS) span.row.broken(timed, 'check', at);
    else span.row.answered(timed, 0, undefined, 0, at);
    return event;
  }

  /** @throws MILLRACE_LOAD_OPTION_INVALID, and what the flow's own code throws */
  #sentTime(sentAt: (event: StreamEvent) => number, event: StreamEvent, span: Span, at: number): number {
    try {
      const sent = sentAt(event);
      checkNumber('sentAt(event)', sent, 0, Number.MAX_SAFE_INTEGER);
      return sent;
    } catch (error) {
      if (this.#ground.spans.delete(span)) span.row.broken(span, 'check', at);
      throw error;
    }
  }

  #broken(cause: NodeJS.ErrnoException | undefined): void {
    const { kind } = failureOf(cause, this.#isConnected);
    const isMalformed = cause?.code?.startsWith('HPE_') === true;
    this.#end(cause?.message ?? 'the server ended it', isMalformed ? 'protocol' : kind, cause);
  }

  /** @param kind undefined: the flow itself ended it */
  #end(reason: string, kind: ErrorClass | undefined, cause: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (kind === 'client') this.#owner.clientFailed(reason);
    const context = { name: this.#waits.name, reason };
    this.#waits.end(kind, FLOW_ERRORS.create('MILLRACE_FLOW_STREAM_ENDED', context, cause));
    this.#owner.closed(this);
  }
}

function anything(): boolean {
  return true;
}
