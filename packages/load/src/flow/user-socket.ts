import { checkOptionNames, type OptionNames } from 'millrace/core';
import type { WebSocketClient, WebSocketClosure, WebSocketConnection, WebSocketListener } from '../websocket/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { promiseToFlow } from './flow-promise.ts';
import type { Link, LinkOwner, LinkSettings } from './link.ts';
import { LinkWaits } from './link-waits.ts';
import { rowNameOf } from './row-book.ts';
import type { LinkGround, Span } from './span.ts';

/** Options of `user.webSocket`. */
export interface SocketOptions {
  /** The row of the upgrade; default `WS` and the path without its query. */
  readonly name?: string;
  /** Beside those of the session. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the upgrade, and default for each wait, in milliseconds, 1 to 3,600,000; default 10,000. */
  readonly timeoutMs?: number;
  /** Most messages kept that nobody took, 1 to 1,000,000; default 1,000. Past it the oldest is dropped, and counted. */
  readonly maxInbox?: number;
}

export const SOCKET_NAMES: OptionNames<SocketOptions> = { name: true, headers: true, timeoutMs: true, maxInbox: true };

/** How to wait for a message. */
export interface ReceiveOptions {
  /** Default: the socket's. */
  readonly timeoutMs?: number;
  /** Default: any message. */
  matching?(message: SocketMessage): boolean;
}

/** How to send a message that is answered. */
export interface SocketRequestOptions extends ReceiveOptions {
  /** The row that times it; default `WS request` and the path without its query. */
  readonly name?: string;
}

const RECEIVE_NAMES: OptionNames<ReceiveOptions> = { timeoutMs: true, matching: true };
const REQUEST_NAMES: OptionNames<SocketRequestOptions> = { ...RECEIVE_NAMES, name: true };

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
   * it; its time is from the call to the answer. Where the next is the answer, a late one cannot be told from that of
   * another request: the socket is closed with the timeout. @throws MILLRACE_FLOW_TIMEOUT, MILLRACE_FLOW_SOCKET_CLOSED
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

interface SocketSettings extends Omit<SocketOptions, keyof LinkSettings>, LinkSettings {}

const SWITCHING_PROTOCOLS = 101;

/** Opens a WebSocket and waits until it is open. */
export function openUserSocket(
  ground: LinkGround,
  client: WebSocketClient,
  settings: SocketSettings,
  owner: LinkOwner,
): Promise<UserSocket> {
  return new FlowSocket(ground, client, settings, owner).opening;
}

class FlowSocket implements UserSocket, WebSocketListener, Link {
  readonly #ground: LinkGround;
  readonly #path: string;
  readonly #owner: LinkOwner;
  readonly #waits: LinkWaits<UserSocket, SocketMessage>;
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #socket: WebSocketConnection;
  #isLeft = false;

  constructor(ground: LinkGround, client: WebSocketClient, settings: SocketSettings, owner: LinkOwner) {
    const { path, name = rowNameOf('WS', path), headers } = settings;
    this.#ground = ground;
    this.#path = path;
    this.#owner = owner;
    this.#socket = client.open(this, path, headers);
    this.#waits = new LinkWaits(ground, name, settings);
    owner.opened(this);
  }

  get opening(): Promise<UserSocket> {
    return this.#waits.opening.promise;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get isOpen(): boolean {
    return this.#socket.state === 'open';
  }

  get dropped(): number {
    return this.#waits.inbox.dropped;
  }

  send(message: string | Uint8Array): void {
    if (this.#socket.send(message)) return;
    const reason = this.isOpen ? 'the peer reads too slowly' : this.#socket.state;
    throw FLOW_ERRORS.create('MILLRACE_FLOW_SOCKET_CLOSED', { name: this.#waits.name, reason });
  }

  receive(options: ReceiveOptions = {}): Promise<SocketMessage> {
    return promiseToFlow<SocketMessage>(() => {
      checkOptionNames('receive', options, RECEIVE_NAMES);
      const { clock, isStopped } = this.#ground;
      if (isStopped) return this.#ground.refuse(this);
      const { matching = anything } = options;
      const matches = (message: SocketMessage): boolean => matching(message);
      const timeoutMs = this.#waits.timeoutOf(options);
      const old = this.#waits.inbox.take(matches);
      if (old !== undefined) return Promise.resolve(old);
      const take = (message: SocketMessage): SocketMessage => message;
      return this.#waits.wait({ timeoutMs, span: undefined, isMeasured: false, matches, take }, clock.now());
    });
  }

  request(message: string | Uint8Array, options: SocketRequestOptions = {}): Promise<SocketMessage> {
    return promiseToFlow(() => {
      checkOptionNames('request', options, REQUEST_NAMES);
      const { clock, isStopped, requests } = this.#ground;
      if (isStopped) return this.#ground.refuse(this);
      const { name = rowNameOf('WS request', this.#path), matching } = options;
      const timeoutMs = this.#waits.timeoutOf(options);
      const now = clock.now();
      const span = this.#ground.begin(requests.row(name), now, -1);
      this.#sendTimed(message, span, now);
      const matches = (one: SocketMessage): boolean => matching === undefined || matching(one);
      const take = (answer: SocketMessage, at: number): SocketMessage => {
        this.#waits.settle(span, 0, undefined, answer.bytes.length, at);
        return answer;
      };
      // An answer that is late would be taken for that of the next request.
      const late = matching === undefined ? { late: () => this.#socket.destroy() } : undefined;
      return this.#waits.wait({ timeoutMs, span, isMeasured: true, matches, take, ...late }, now);
    });
  }

  close(code?: number): Promise<void> {
    return promiseToFlow(() => {
      this.#socket.close(code);
      this.#isLeft = true;
      return this.#closed.promise;
    });
  }

  sweep(now: number): void {
    if (this.#waits.sweep(now)) this.#socket.destroy();
  }

  stop(now: number): void {
    this.#waits.stop(now);
  }

  leave(): void {
    this.#isLeft = true;
    this.#socket.close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  connected(): void {
    this.#waits.connected();
  }

  opened(): void {
    this.#owner.takeCookies(this.#socket.setCookies);
    if (this.#waits.answered(SWITCHING_PROTOCOLS)) this.#waits.opening.resolve(this);
  }

  message(_socket: WebSocketConnection, bytes: Buffer, start: number, end: number, isText: boolean): void {
    const copy = Buffer.from(bytes.subarray(start, end));
    this.#waits.inbox.add(new SocketMessage(copy, isText), copy.length, this.#ground.clock.now());
  }

  closed(_socket: WebSocketConnection, { code, reason, failure }: WebSocketClosure): void {
    if (this.#waits.isOpening) this.#owner.takeCookies(this.#socket.setCookies);
    const why = failure?.error.message ?? `code ${code}${reason === '' ? '' : `, ${reason}`}`;
    const context = { name: this.#waits.name, reason: why };
    const error = FLOW_ERRORS.create('MILLRACE_FLOW_SOCKET_CLOSED', context, failure?.error);
    if (failure?.kind === 'client') this.#owner.clientFailed(why);
    this.#waits.end(this.#isLeft ? undefined : (failure?.kind ?? 'reset'), error);
    this.#owner.closed(this);
    this.#closed.resolve();
  }

  /** A message that cannot be sent is a request that was broken off, unsent. */
  #sendTimed(message: string | Uint8Array, span: Span, now: number): void {
    try {
      this.send(message);
    } catch (error) {
      if (this.#ground.spans.delete(span)) span.row.broken(span, 'reset', now);
      throw error;
    }
    span.writtenAt = now;
  }
}

function anything(): boolean {
  return true;
}
