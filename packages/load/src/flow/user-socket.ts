import type { MillraceError } from 'millrace/core';
import type { ErrorClass } from '../result/index.ts';
import type { WebSocketClient, WebSocketClosure, WebSocketConnection, WebSocketListener } from '../websocket/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { Inbox } from './inbox.ts';
import type { Link, LinkBounds, LinkOwner } from './link.ts';
import { type LinkGround, type Span, stopped } from './span.ts';

/** Options of `user.webSocket`. */
export interface SocketOptions {
  /** The row of the upgrade; default `WS` and the path. */
  readonly name?: string;
  /** Beside those of the session. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the upgrade, and default for each wait, in milliseconds, 1 to 3,600,000; default 10,000. */
  readonly timeoutMs?: number;
  /** Most messages kept that nobody took, 1 to 1,000,000; default 1,000. Past it the oldest is dropped, and counted. */
  readonly maxInbox?: number;
}

/** How to wait for a message. */
export interface ReceiveOptions {
  /** Default: the socket's. */
  readonly timeoutMs?: number;
  /** Default: any message. */
  matching?(message: SocketMessage): boolean;
}

/** How to send a message that is answered. */
export interface SocketRequestOptions extends ReceiveOptions {
  /** The row that times it; default `WS request` and the path. */
  readonly name?: string;
}

/** A WebSocket of a user. */
export interface UserSocket {
  /** The subprotocol that the server chose; empty for none. */
  readonly protocol: string;
  readonly isOpen: boolean;
  /** Messages dropped because nobody took them in time. */
  readonly dropped: number;
  /** @throws MILLRACE_FLOW_SOCKET_CLOSED when it is not open, or the peer reads too slowly to send more */
  send(message: string | Uint8Array): void;
  /** The oldest message that matches; it may have come before. @throws MILLRACE_FLOW_TIMEOUT, MILLRACE_FLOW_SOCKET_CLOSED */
  receive(options?: ReceiveOptions): Promise<SocketMessage>;
  /**
   * Sends a message and waits for the one that answers it: the next to come, or the next that matches. A row counts
   * it; its time is from the call to the answer. @throws MILLRACE_FLOW_TIMEOUT, MILLRACE_FLOW_SOCKET_CLOSED
   */
  request(message: string | Uint8Array, options?: SocketRequestOptions): Promise<SocketMessage>;
  /** Closes it with a handshake. Done when it is closed. */
  close(code?: number): Promise<void>;
}

/** A message that came. */
export class SocketMessage {
  readonly isText: boolean;
  readonly bytes: Buffer;

  constructor(bytes: Buffer, isText: boolean) {
    this.bytes = bytes;
    this.isText = isText;
  }

  text(): string {
    return this.bytes.toString();
  }

  /** @throws SyntaxError */
  json<Value = unknown>(): Value {
    return JSON.parse(this.text()) as Value;
  }
}

interface SocketSettings extends Omit<SocketOptions, keyof LinkBounds>, LinkBounds {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const SWITCHING_PROTOCOLS = 101;

/** Opens a WebSocket and waits until it is open. */
export function openUserSocket(
  ground: LinkGround,
  client: WebSocketClient,
  settings: SocketSettings,
  owner: LinkOwner,
): Promise<UserSocket> {
  const opening = Promise.withResolvers<UserSocket>();
  new FlowSocket(ground, client, settings, owner, opening);
  return opening.promise;
}

class FlowSocket implements UserSocket, WebSocketListener, Link {
  readonly #ground: LinkGround;
  readonly #settings: SocketSettings;
  readonly #owner: LinkOwner;
  readonly #name: string;
  readonly #inbox: Inbox<SocketMessage>;
  readonly #opening: PromiseWithResolvers<UserSocket>;
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #span: Span;
  readonly #deadline: number;
  readonly #socket: WebSocketConnection;
  #isOpening = true;

  constructor(
    ground: LinkGround,
    client: WebSocketClient,
    settings: SocketSettings,
    owner: LinkOwner,
    opening: PromiseWithResolvers<UserSocket>,
  ) {
    const { path, name = `WS ${path}`, headers, maxInbox, timeoutMs } = settings;
    const now = ground.clock.now();
    this.#ground = ground;
    this.#settings = settings;
    this.#owner = owner;
    this.#opening = opening;
    this.#name = name;
    this.#inbox = new Inbox(name, maxInbox);
    this.#deadline = now + timeoutMs;
    this.#socket = client.open(this, path, headers);
    this.#span = ground.begin(ground.requests.row(name), now);
    owner.opened(this);
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get isOpen(): boolean {
    return this.#socket.state === 'open';
  }

  get dropped(): number {
    return this.#inbox.dropped;
  }

  send(message: string | Uint8Array): void {
    if (this.#socket.send(message)) return;
    const reason = this.isOpen ? 'the peer reads too slowly' : this.#socket.state;
    throw FLOW_ERRORS.create('MILLRACE_FLOW_SOCKET_CLOSED', { name: this.#name, reason });
  }

  receive(options: ReceiveOptions = {}): Promise<SocketMessage> {
    const { clock, isStopped } = this.#ground;
    if (isStopped) return this.#ground.refuse(this);
    const now = clock.now();
    const { timeoutMs = this.#settings.timeoutMs, matching = anything } = options;
    return new Promise((found, failed) => {
      const matches = (message: SocketMessage): boolean => matching(message);
      const deadline = now + timeoutMs;
      this.#inbox.wait({ matches, deadline, timeoutMs, isMeasured: false, takesOld: true, found, failed }, now);
    });
  }

  async request(message: string | Uint8Array, options: SocketRequestOptions = {}): Promise<SocketMessage> {
    const { clock, isStopped, requests } = this.#ground;
    if (isStopped) return this.#ground.refuse(this);
    const { name = `WS request ${this.#settings.path}`, timeoutMs = this.#settings.timeoutMs } = options;
    const { matching = anything } = options;
    const now = clock.now();
    this.send(message);
    const span = this.#ground.begin(requests.row(name), now);
    return new Promise((resolve, reject) => {
      const matches = (one: SocketMessage): boolean => matching(one);
      const found = (answer: SocketMessage, at: number): void => {
        span.firstByteAt = at;
        if (this.#ground.spans.delete(span)) span.row.answered(span, 0, undefined, answer.bytes.length, at);
        resolve(answer);
      };
      const failed = (error: MillraceError, at: number): void => {
        this.#settle(span, error.code === 'MILLRACE_FLOW_TIMEOUT' ? 'timeout' : 'reset', at);
        reject(error);
      };
      const deadline = now + timeoutMs;
      this.#inbox.wait({ matches, deadline, timeoutMs, isMeasured: true, takesOld: false, found, failed }, now);
    });
  }

  close(code?: number): Promise<void> {
    this.#socket.close(code);
    return this.#closed.promise;
  }

  sweep(now: number): void {
    if (this.#isOpening && now >= this.#deadline) {
      const { timeoutMs } = this.#settings;
      this.#notOpened('timeout', FLOW_ERRORS.create('MILLRACE_FLOW_TIMEOUT', { name: this.#name, timeoutMs }), now);
      this.#socket.destroy();
    }
    this.#inbox.sweep(now);
  }

  stop(now: number): void {
    this.#inbox.stop(stopped(), now);
  }

  leave(): void {
    this.#socket.close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  opened(): void {
    const { clock, spans } = this.#ground;
    if (!this.#isOpening) return;
    this.#isOpening = false;
    const now = clock.now();
    this.#span.firstByteAt = now;
    if (spans.delete(this.#span)) this.#span.row.answered(this.#span, SWITCHING_PROTOCOLS, undefined, 0, now);
    this.#opening.resolve(this);
  }

  message(_socket: WebSocketConnection, bytes: Buffer, start: number, end: number, isText: boolean): void {
    const copy = Buffer.from(bytes.subarray(start, end));
    this.#inbox.add(new SocketMessage(copy, isText), this.#ground.clock.now());
  }

  closed(_socket: WebSocketConnection, { code, reason, failure }: WebSocketClosure): void {
    const now = this.#ground.clock.now();
    const why = failure?.error.message ?? `code ${code}${reason === '' ? '' : `, ${reason}`}`;
    const error = FLOW_ERRORS.create('MILLRACE_FLOW_SOCKET_CLOSED', { name: this.#name, reason: why }, failure?.error);
    if (failure?.kind === 'client') this.#owner.clientFailed(why);
    this.#notOpened(failure?.kind ?? 'reset', error, now);
    this.#inbox.end(error, now);
    this.#owner.closed(this);
    this.#closed.resolve();
  }

  #notOpened(kind: ErrorClass, error: MillraceError, now: number): void {
    if (!this.#isOpening) return;
    this.#isOpening = false;
    this.#settle(this.#span, kind, now);
    this.#opening.promise.catch(anything);
    this.#opening.reject(error);
  }

  /** What the end of the run cuts off is counted by the run. */
  #settle(span: Span, kind: ErrorClass, now: number): void {
    const { isStopped, spans } = this.#ground;
    if (isStopped || !spans.delete(span)) return;
    if (kind === 'timeout') span.row.givenUp(span, 'timeout', now);
    else span.row.broken(span, kind, now);
  }
}

function anything(): boolean {
  return true;
}
