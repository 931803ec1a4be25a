/** Who a request comes from. */
export interface Identity {
  readonly userId: number;
  readonly username: string;
  readonly email: string;
  /** When the account was made, ISO 8601. */
  readonly createdAt: string;
  /** The login that the token stands for. */
  readonly sessionId: string;
}

/** Turns a bearer token into an identity, and forgets identities that ended. */
export interface Identities {
  /**
   * The identity behind `token`; a plain value when nothing had to be waited for.
   * Throws or rejects with a 401 problem when the token is forged, expired or its session ended.
   */
  check(token: string): Identity | Promise<Identity>;
  /** One session ended; call after the database says so, or failed to say, and before the client hears of it. */
  forgetToken(token: string): void;
  /** All sessions of this user ended but that of `keptToken`; same order. */
  forgetUser(userId: number, keptToken: string): void;
  close(): Promise<void>;
}
