import type { Clock, OptionNames } from '../../core/index.ts';
import type { RevocationFeed, RevocationLog } from './revocation-log.ts';
import type { RevocationScope } from './revocation-scopes.ts';

/** What `createRevocations` takes. What stands for {@link RevocationScope} here holds where no scope is named. */
export interface RevocationsOptions<Transaction = never> extends RevocationScope {
  /** Names them in signals; default `revocations`. */
  readonly name?: string;
  /** Where they are durable, shared by all processes that let the same tokens in. One for each issuer of tokens. */
  readonly log: RevocationLog<Transaction>;
  /** Where hints come from. Default: none; then a revocation reaches the other processes by the next poll. */
  readonly listen?: RevocationFeed;
  /**
   * Longest time from a token's `iat` to its `exp`, in milliseconds: so long must be remembered what all tokens of a
   * subject were ended. Tokens that live longer are refused. 1,000 to 31,622,400,000 (a year); default 86,400,000.
   */
  readonly maxTokenLifeMs?: number;
  /** Other budgets by name, for what may less, or more, be done with a token that has just been revoked. */
  readonly scopes?: Readonly<Record<string, RevocationScope>>;
  /** The claim that carries a token's version, if tokens carry one; see `revokeSubject`. */
  readonly versionClaim?: string;
  /**
   * How far the clocks of the processes that issue tokens may differ, in milliseconds. Tokens without a version that were
   * issued up to so long after `revokeSubject` are refused as well. 0 to 60,000; default 1,000.
   */
  readonly clockSkewMs?: number;
  /** How often the log is read though nobody told of anything, in milliseconds. 10 to 60,000; default 1,000, without `listen` 250. */
  readonly pollMs?: number;
  /** Longest question to the log, in milliseconds. 10 to 60,000; default 1,000. */
  readonly timeoutMs?: number;
  /** Longest append, in milliseconds. 10 to 60,000; default 5,000. */
  readonly appendTimeoutMs?: number;
  /**
   * Most entries kept in memory, about 150 bytes each. Past it nothing is forgotten: each check asks the log for its token.
   * 1 to 10,000,000; default 100,000. Keys are counted apart.
   */
  readonly maxEntries?: number;
  /** How often entries that are over are removed from the log, in milliseconds; 0: never. Up to 604,800,000; default 3,600,000. */
  readonly pruneEveryMs?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** Their names. */
export const OPTIONS: OptionNames<RevocationsOptions> = {
  name: true,
  log: true,
  listen: true,
  maxTokenLifeMs: true,
  maxStalenessMs: true,
  maxStalenessAwayMs: true,
  scopes: true,
  versionClaim: true,
  clockSkewMs: true,
  pollMs: true,
  timeoutMs: true,
  appendTimeoutMs: true,
  maxEntries: true,
  pruneEveryMs: true,
  clock: true,
};
