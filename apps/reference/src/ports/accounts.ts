import type { AskWithin, Identity } from './identities.ts';

export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly isActive: boolean;
  readonly createdAt: string;
}

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly passwordHash: string;
}

export interface Session {
  readonly id: string;
  readonly expiresAt: Date;
}

/** Stores something in somebody else's transaction. */
export type Recorder = (within: AskWithin) => Promise<void>;

/** Users and their sessions as stored. */
export interface Accounts {
  findByUsername(username: string): Promise<User | undefined>;
  /** Undefined when the username or the email is taken. */
  createUser(user: NewUser): Promise<User | undefined>;
  /**
   * Records a login; false when the user's password, or its hash, has changed since it was read.
   * @param upgradedHash takes the place of the one that was read
   */
  openSession(session: Session, user: User, upgradedHash?: string): Promise<boolean>;
  /** The identity of a session that is not revoked, not expired, and whose user is active. */
  loadIdentity(sessionId: string, userId: number): Promise<Identity | undefined>;
  /** @param record stores more in the same transaction */
  revokeSession(sessionId: string, record?: Recorder): Promise<void>;
  /**
   * Stores the new hash and ends every session of the user but `keptSessionId`, in one transaction;
   * false when the password has changed since `user` was read. `record` stores more in it.
   */
  replacePassword(user: User, passwordHash: string, keptSessionId: string, record?: Recorder): Promise<boolean>;
}
