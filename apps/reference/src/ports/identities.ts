import type { CacheSharing } from './metrics.ts';

/** Who a request comes from. */
export interface Identity {
  readonly userId: number;
  readonly username: string;
  readonly email: string;
  /** When the account was made, ISO 8601. */
  readonly createdAt: string;
  /** The login that the token stands for; empty for who comes by an API key. */
  readonly sessionId: string;
}

/** Asks the database within a transaction. */
export type AskWithin = (sql: string, values?: (string | number | null)[]) => Promise<readonly unknown[]>;

/** Stores ends of sessions where every instance finds them, in the transaction that ends them. */
export interface SessionEnds {
  endToken(token: string, within: AskWithin): Promise<void>;
  /** All of the user's but `keptSessionId`. */
  endUser(userId: number, keptSessionId: string, within: AskWithin): Promise<void>;
  endKey(keyId: number, within: AskWithin): Promise<void>;
  /**
   * Throws or rejects when the API key has ended, as far as is known. A promise: others must be asked first.
   * @param askedAt when the database said that it counts, in milliseconds by the wall clock
   */
  checkKey(keyId: number, askedAt: number): Promise<void> | undefined;
  /** Resolves when every end counts here that was committed before the call. */
  caughtUp(): Promise<void>;
}

/** Turns a bearer token into an identity, and forgets identities that ended. */
export interface Identities {
  /**
   * The identity behind `token`; a plain value when nothing had to be waited for.
   * Throws or rejects with a 401 problem when the token is forged, expired or its session ended.
   */
  check(token: string): Identity | Promise<Identity>;
  /**
   * One session ended; call after the database says so, or failed to say, and before the client hears of it. It counts
   * here at once; the promise, which never rejects, ends when other instances can know, or cannot be told in time.
   */
  forgetToken(token: string): Promise<void>;
  /** All sessions of this user ended but that of `keptToken`; same order. */
  forgetUser(userId: number, keptToken: string): Promise<void>;
  /** Undefined where every request asks for the session itself. */
  readonly ends: SessionEnds | undefined;
  /**
   * What a token is to carry that is signed for a login, so that it is told apart from those before a new password. Ask
   * after the password was read and before the session is stored; undefined: nothing.
   */
  version(): Promise<number | undefined>;
  /** Undefined where identities are not shared. */
  sharing(): CacheSharing | undefined;
  close(): Promise<void>;
}
