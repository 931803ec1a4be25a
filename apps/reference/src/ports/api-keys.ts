import type { Identity } from './identities.ts';

/** {@link Identity.sessionId} of who comes by an API key. */
export const NO_SESSION = '';

/** Whom an API key stands for. */
export interface KeyOwner {
  readonly keyId: number;
  readonly identity: Identity;
  /** In milliseconds since the Unix epoch; Infinity: never. */
  readonly expiresAtMs: number;
}

/** Looks up in the database who has a key. */
export interface KeyOwners {
  /** The owner of the key with one of these hashes, if it is active and has not expired, and its user is active. */
  find(hashes: readonly string[]): Promise<KeyOwner | undefined>;
}

/** Turns API keys into identities. */
export interface ApiKeys {
  /**
   * The identity behind `key`, without a session; a plain value when nothing had to be waited for. Throws or rejects with a
   * 401 problem when nobody has the key, or it was revoked or has expired.
   */
  check(key: string): Identity | Promise<Identity>;
  /** A key was revoked, or may have been: from when the promise ends, which never rejects, it lets nobody in here. */
  revoked(): Promise<void>;
  close(): Promise<void>;
}
