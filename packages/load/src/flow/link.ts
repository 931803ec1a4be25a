import type { Socket } from 'node:net';

/** A connection that lasts longer than one answer. */
export interface Link {
  sweep(now: number): void;
  /** Ends the waits that are no request's. */
  stop(now: number): void;
  /** Its user has left. */
  leave(): void;
  /** Ends it at once. */
  destroy(): void;
}

/** What a link tells the one who opened it. */
export interface LinkOwner {
  /** Opens a connection to the target, TLS included. */
  connect(): Socket;
  /** It is under way: it may be open or not yet. */
  opened(link: Link): void;
  closed(link: Link): void;
  /** The opening was answered, well or not, with such Set-Cookie fields. */
  takeCookies(setCookies: readonly string[]): void;
  clientFailed(reason: string): void;
}

/** What a link carries of its user, and brings back. */
export interface LinkUser {
  /** Session and cookies. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Takes in the Set-Cookie fields of the answer to the opening. */
  takeCookies(setCookies: readonly string[]): void;
}

/** Bounds of a link, filled in. */
export interface LinkBounds {
  readonly timeoutMs: number;
  readonly maxInbox: number;
}

/** What a link is opened with. */
export interface LinkSettings extends LinkBounds {
  readonly path: string;
  /** All that it carries. */
  readonly headers: Readonly<Record<string, string>>;
}
