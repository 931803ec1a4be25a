import { checkNumber, checkWhole } from '../errors.ts';
import type { Recorder } from '../run/index.ts';
import { createWebSocketClient, type WebSocketClient } from '../websocket/index.ts';
import type { Link, LinkBounds } from './link.ts';
import type { LinkGround } from './span.ts';
import { type EventsOptions, openEventStream, type UserEvents } from './user-events.ts';
import { openUserSocket, type SocketOptions, type UserSocket } from './user-socket.ts';

const MAX_LINKS = 10_000;
const LONGEST_MS = 3_600_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** WebSockets and event streams of all users. */
export class Links {
  /** Connections opened so far. */
  opened: number = 0;
  readonly #ground: LinkGround;
  readonly #recorder: Recorder | undefined;
  readonly #open: Set<Link> = new Set();
  readonly #byUser: Map<object, Set<Link>> = new Map();
  #client: WebSocketClient | undefined;

  constructor(ground: LinkGround, recorder: Recorder | undefined) {
    this.#ground = ground;
    this.#recorder = recorder;
  }

  openSocket(
    user: object,
    path: string,
    options: SocketOptions,
    own: Readonly<Record<string, string>> | undefined,
  ): Promise<UserSocket> {
    const settings = { ...options, headers: { ...own, ...options.headers }, path, ...boundsOf(options) };
    this.#client ??= this.#createClient();
    this.opened++;
    return openUserSocket(this.#ground, this.#client, settings, {
      opened: (link) => this.#add(user, link),
      closed: (link) => this.#remove(user, link),
      clientFailed: (reason) => this.#recorder?.clientFailed(reason),
    });
  }

  openEvents(
    user: object,
    path: string,
    options: EventsOptions,
    own: Readonly<Record<string, string>> | undefined,
  ): Promise<UserEvents> {
    const settings = { ...options, headers: { ...own, ...options.headers }, path, ...boundsOf(options) };
    this.opened++;
    return openEventStream(this.#ground, settings, {
      opened: (link) => this.#add(user, link),
      closed: (link) => this.#remove(user, link),
      clientFailed: (reason) => this.#recorder?.clientFailed(reason),
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
    const { origin, addresses, tls } = target;
    const [address] = addresses;
    return createWebSocketClient({
      url: origin.replace(/^http/, 'ws'),
      ...(address !== undefined && { address }),
      ...(tls && { tls: { ...tls, rejectUnauthorized: tls.insecure !== true } as never }),
      maxConnections: MAX_LINKS,
      random: random.fork('websocket'),
      clock,
    });
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
