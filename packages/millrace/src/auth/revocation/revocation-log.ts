import type { RevocableClaims, Revocation, RevocationEntry } from './revocation.ts';

/** What one read of a log brought, all of it as of one moment. */
export interface RevocationRead {
  /** The entries after the position that was asked for, in order, at most as many as were asked for. */
  readonly entries: readonly RevocationEntry[];
  /** The position of the last entry that there ever was; 0 before the first. */
  readonly head: number;
  /** The mark of that entry; empty before the first. */
  readonly headMark: string;
  /** Entries up to here may be missing, because everything that they could hit has expired. */
  readonly prunedTo: number;
}

/**
 * Where revocations are durable: all processes append to it and read the same order from it. An append that was
 * acknowledged is in every read that begins after it. Every method rejects when the log cannot be asked.
 */
export interface RevocationLog<Transaction = never> {
  /**
   * Appends one entry and gives its position. With `within` it becomes part of that transaction: it counts, and is told to
   * the listeners, when that commits.
   */
  append(revocation: Revocation, within?: Transaction): Promise<number>;
  /** The first `limit` entries after `position`, as of a moment after the call. */
  readAfter(position: number, limit: number): Promise<RevocationRead>;
  /** The entries that name the token, its subject or its key, whether they hit it or not. As of a moment after the call. */
  find(claims: RevocableClaims): Promise<readonly RevocationEntry[]>;
  /**
   * The position of the last entry: what a login carries as its version, if it is read `within` the transaction that opens
   * the session, after that has locked the user's row.
   */
  head(within?: Transaction): Promise<number>;
  /** Removes entries that have been over for at least `marginMs`, by the log's own clock. Gives how many. */
  prune(marginMs: number): Promise<number>;
}

/** Who is told that a log has grown. */
export interface RevocationHints {
  /** An entry at `position` can be read. */
  appended(position: number): void;
  /** From now on each append is told, once per entry and in order. */
  listening(): void;
  /** What was appended since may not have been told. */
  lost(): void;
}

/** A source of hints. They make revocations count sooner; what counts is read from the log. */
export type RevocationFeed = (hints: RevocationHints) => { close(): Promise<void> };
