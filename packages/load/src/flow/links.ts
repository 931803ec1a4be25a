import { connect, type Socket } from 'node:net';
import { checkOptionNames } from 'millrace/core';
import { checkNumber, checkWhole, LOAD_ERRORS } from '../errors.ts';
import { checkFields, type ReadTarget, resolvedBy, SecureEndpoint } from '../http/index.ts';
import { type Recorder, routeOf } from '../run/index.ts';
import { createWebSocketClient, type WebSocketClient } from '../websocket/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import { promiseToFlow } from './flow-promise.ts';
import { mergeFields } from './header-fields.ts';
import type { Link, LinkBounds, LinkOwner, LinkUser } from './link.ts';
import { rowNameOf } from './row-book.ts';
import type { LinkGround } from './span.ts';
import { streamRequestOf } from './stream-request.ts';
import { EVENTS_NAMES, type EventsOptions, openEventStream, type UserEvents } from './user-events.ts';
import { openUserSocket, SOCKET_NAMES, type SocketOptions, type UserSocket } from './user-socket.ts';

const LONGEST_MS = 3_600_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** WebSockets and event streams of all users. */
export class Links {
  /** Connections opened so far. */
  opened: number = 0;
  readonly #most: number;
  readonly #ground: LinkGround;
  readonly #recorder: Recorder | undefined;
  readonly #open: Set<Link> = new Set();
  readonly #byUser: Map<object, Set<Link>> = new Map();
  readonly #secure: SecureEndpoint | undefined;
  readonly #route: ReturnType<typeof routeOf>;
  #client: WebSocketClient | undefined;

  /** @param most open at one time */
  constructor(ground: LinkGround, recorder: Recorder | undefined, most: number) {
    this.#most = most;
    this.#ground = ground;
    this.#recorder = recorder;
    const { tls, hostname } = ground.target;
    this.#secure = tls && new SecureEndpoint(hostname, tls);
    this.#route = routeOf(ground.target, ground.clock);
  }

  openSocket(user: object, path: string, options: SocketOptions, own?: LinkUser): Promise<UserSocket> {
    return promiseToFlow(() => {
      checkOptionNames(rowNameOf('WS', path), options, SOCKET_NAMES);
      const settings = { ...options, headers: mergeFields(own?.headers, options.headers), path, ...boundsOf(options) };
      this.#checkRoom(settings.name ?? rowNameOf('WS', path));
      this.#client ??= this.#createClient();
      return openUserSocket(this.#ground, this.#client, settings, this.#ownerFor(user, own));
    });
  }

  openEvents(user: object, path: string, options: EventsOptions, own?: LinkUser): Promise<UserEvents> {
    return promiseToFlow(() => {
      checkOptionNames(rowNameOf('SSE', path), options, EVENTS_NAMES);
      const { method, headers, body } = streamRequestOf(path, options);
      const { name } = options;
      const sent = { path, method, body, headers: mergeFields(own?.headers, headers) };
      checkFields(sent.headers);
      this.#checkRoom(name ?? rowNameOf('SSE', path));
      const settings = { ...sent, ...boundsOf(options), ...(name !== undefined && { name }) };
      return openEventStream(this.#ground, settings, this.#ownerFor(user, own));
    });
  }

  sweep(now: number): void {
    for (const link of this.#open) link.sweep(now);
  }

  /** Nothing new begins. */
  stop(now: number): void {
    for (const link of this.#open) link.stop(now);
  }

  /** The user's flow is over, and with it what it opened. */
  leave(user: object): void {
    const links = this.#byUser.get(user);
    if (links === undefined) return;
    this.#byUser.delete(user);
    for (const link of links) link.leave();
  }

  close(): void {
    for (const link of [...this.#open]) link.destroy();
    this.#open.clear();
    this.#byUser.clear();
  }

  #createClient(): WebSocketClient {
    const { target, clock, random } = this.#ground;
    return createWebSocketClient({
      url: target.origin.replace(/^http/, 'ws'),
      connect: (onread) => this.#connect(onread),
      maxConnections: this.#most,
      // Each link gives up by its own time.
      connectTimeoutMs: LONGEST_MS,
      random: random.fork('websocket'),
      clock,
    });
  }

  /** Too many are the generator's failure, in the row of that name. */
  #checkRoom(name: string): void {
    const { target, clock, requests, spans } = this.#ground;
    if (target.addresses.length === 0) {
      const context = { option: 'proxy', value: 'set', allowed: 'none for WebSockets and event streams' };
      throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
    }
    if (this.#open.size < this.#most) return;
    const now = clock.now();
    const span = this.#ground.begin(requests.row(name), now);
    spans.delete(span);
    span.row.broken(span, 'client', now);
    const reason = `${this.#most} WebSockets and event streams are open, the bound of this thread's share of maxLinks`;
    this.#recorder?.clientFailed(reason);
    throw FLOW_ERRORS.create('MILLRACE_FLOW_REQUEST_FAILED', { name, kind: 'client', reason });
  }

  /** To each address of the target in turn. */
  #connect(onread?: ReadTarget): Socket {
    const { addresses, lookup } = this.#route;
    const { port } = this.#ground.target;
    const host = addresses[this.opened++ % addresses.length] as string;
    const secured = this.#secure?.connect(host, port, onread, lookup);
    return secured ?? connect({ host, port, noDelay: true, ...(onread && { onread }), ...resolvedBy(lookup) });
  }

  #ownerFor(user: object, own: LinkUser | undefined): LinkOwner {
    return {
      connect: () => this.#connect(),
      opened: (link) => this.#add(user, link),
      closed: (link) => this.#remove(user, link),
      takeCookies: (setCookies) => own?.takeCookies(setCookies),
      clientFailed: (reason) => this.#recorder?.clientFailed(reason),
    };
  }

  #add(user: object, link: Link): void {
    this.#open.add(link);
    const links = this.#byUser.get(user) ?? new Set();
    links.add(link);
    this.#byUser.set(user, links);
  }

  #remove(user: object, link: Link): void {
    this.#open.delete(link);
    const links = this.#byUser.get(user);
    links?.delete(link);
    if (links?.size === 0) this.#byUser.delete(user);
  }
}

function boundsOf({ timeoutMs = DEFAULT_TIMEOUT_MS, maxInbox = 1_000 }: Partial<LinkBounds>): LinkBounds {
  checkNumber('timeoutMs', timeoutMs, 1, LONGEST_MS);
  checkWhole('maxInbox', maxInbox, 1, 1_000_000);
  return { timeoutMs, maxInbox };
}
