import type { CacheStats } from '../cache/index.ts';

/** Counts since the check was made; `entries` is as of now. */
export interface TokenCheckStats {
  /** Identities given from memory. */
  readonly hits: number;
  /** Calls of `loadIdentity`. */
  readonly loads: number;
  /** Checks that waited for another's load. */
  readonly joins: number;
  /** Tokens refused: malformed, forged, expired, or of nobody known. */
  readonly refused: number;
  readonly revocations: number;
  readonly entries: number;
  /** As in the statistics of a cache: whether other processes are asked, and how many revocations they were not told of yet. */
  readonly shared: CacheStats['shared'];
  readonly pending: number;
}
