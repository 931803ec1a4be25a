import { type Clock, checkOptionNames, systemClock, withTimeout } from '../../core/index.ts';
import { AUTH_ERRORS } from '../errors.ts';
import { createExpiryClock } from '../expiry-clock.ts';
import { checkWhole } from '../option-check.ts';
import { hits, type RevocableClaims, type Revocation, type RevocationEntry } from './revocation.ts';
import { RevocationFollower, type RevocationGap } from './revocation-follower.ts';
import { KEPT_PAST_END_MS, RevocationIndex } from './revocation-index.ts';
import type { RevocationLog } from './revocation-log.ts';
import { OPTIONS, type RevocationsOptions } from './revocation-options.ts';
import { RevocationReport, type RevocationsStats } from './revocation-report.ts';
import { RevocationRounds } from './revocation-rounds.ts';
import { type Budget, RevocationScopes } from './revocation-scopes.ts';
import { RevocationWriter } from './revocation-writer.ts';

/** Where an entry is appended; without it, in a transaction of its own. */
export interface RevokeOptions<Transaction> {
  /**
   * The transaction that it is to be part of, as the log takes it. The promise then ends when it is appended, and the
   * entry counts when the transaction commits; call {@link Revocations.catchUp} after that, so that it counts here at once.
   */
  readonly within?: Transaction;
}

/** What `revokeSubject` takes. */
export interface RevokeSubjectOptions<Transaction> extends RevokeOptions<Transaction> {
  /** Ids (`jti`) of tokens that go on: the session by which the password was changed, and one just issued. */
  readonly except?: string | readonly string[];
  /**
   * Tokens with a lower version end. Default: the position of this entry, for tokens whose version is the position of the
   * log when they were issued.
   */
  readonly belowVersion?: number;
}

/** Ends tokens before they expire, in every process, for good. */
export interface Revocations<Transaction = never> extends AsyncDisposable {
  /**
   * Returns when the token counts, and gives a promise of that when the log must be asked first: because what is known is
   * older than the scope allows, or may not be all.
   *
   * Throws at once, or rejects, with `MILLRACE_AUTH_TOKEN_REVOKED`, `MILLRACE_AUTH_TOKEN_INVALID` (both 401), or
   * `MILLRACE_AUTH_REVOCATION_UNKNOWN` (503): the log cannot be asked, and the scope is closed for as long.
   * @throws `MILLRACE_AUTH_OPTION_INVALID`: there is no such scope.
   */
  check(claims: RevocableClaims, scope?: string): Promise<void> | undefined;
  /**
   * Ends one token. As all that revoke: when the promise resolves, the entry is durable and counts in this process.
   * Rejects with `MILLRACE_AUTH_REVOCATION_FAILED` (503) when it may not be durable: then it may count or not, and is to be
   * asked for again.
   * @throws `MILLRACE_AUTH_REVOCATION_INPUT`
   */
  revokeToken(
    token: Pick<RevocableClaims, 'jti' | 'exp'> & { readonly sub?: string },
    options?: RevokeOptions<Transaction>,
  ): Promise<void>;
  /**
   * Ends all tokens of a subject that were issued before now, but for the excepted. Call it after the durable change that
   * it follows, or within its transaction.
   */
  revokeSubject(subject: string, options?: RevokeSubjectOptions<Transaction>): Promise<void>;
  /** Ends all tokens of a key id, also those that will be signed with it, until `untilMs`; default for ever. */
  revokeKey(keyId: string, options?: RevokeOptions<Transaction> & { readonly untilMs?: number }): Promise<void>;
  /** Resolves when everything is known that was appended before the call. Rejects with `MILLRACE_AUTH_REVOCATION_UNKNOWN`. */
  catchUp(): Promise<void>;
  /** Calls `hear` for each entry that counts in this process from now on. `isOwn`: it was appended by it. Returns how to stop. */
  onRevoked(hear: (revocation: Revocation, isOwn: boolean) => void): () => void;
  stats(): RevocationsStats;
  close(): Promise<void>;
}

/**
 * Makes {@link Revocations} over a durable log, which it follows from now on.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`.
 * @example
 * const log = createPostgresRevocationLog({ query: (text, values) => pool.query(text, values) });
 * const revocations = createRevocations({
 *   log,
 *   listen: listenPostgres({ connect: connectClient }),
 *   maxTokenLifeMs: 3_600_000,
 *   scopes: { admin: { maxStalenessMs: 0 }, read: { maxStalenessMs: 30_000, maxStalenessAwayMs: 300_000 } },
 * });
 * await revocations.revokeToken(claims);
 */
export function createRevocations<Transaction = never>(
  options: RevocationsOptions<Transaction>,
): Revocations<Transaction> {
  return new LoggedRevocations(options);
}

class LoggedRevocations<Transaction> implements Revocations<Transaction> {
  readonly #log: RevocationLog<Transaction>;
  readonly #clock: Clock;
  readonly #wallNow: () => number;
  readonly #timeoutMs: number;
  readonly #maxLifeSeconds: number;
  readonly #versionClaim: string | undefined;
  readonly #scopes: RevocationScopes;
  readonly #index: RevocationIndex;
  readonly #report: RevocationReport;
  readonly #follower: RevocationFollower;
  readonly #writer: RevocationWriter<Transaction>;
  readonly #rounds: RevocationRounds;
  #isClosed = false;

  constructor(options: RevocationsOptions<Transaction>) {
    checkOptionNames<RevocationsOptions<never>>('createRevocations', options as RevocationsOptions<never>, OPTIONS);
    const { log, listen } = options;
    const clock = options.clock ?? systemClock;
    const maxTokenLifeMs = checkWhole('maxTokenLifeMs', options.maxTokenLifeMs ?? 86_400_000, 1_000, 31_622_400_000);
    this.#log = log;
    this.#clock = clock;
    this.#wallNow = createExpiryClock(clock);
    this.#timeoutMs = checkWhole('timeoutMs', options.timeoutMs ?? 1_000, 10, 60_000);
    this.#maxLifeSeconds = maxTokenLifeMs / 1_000;
    this.#versionClaim = options.versionClaim;
    this.#scopes = new RevocationScopes(options, options.scopes ?? {});
    this.#index = new RevocationIndex(checkWhole('maxEntries', options.maxEntries ?? 100_000, 1, 10_000_000));
    this.#report = new RevocationReport(options.name ?? 'revocations');
    this.#follower = new RevocationFollower({
      log,
      clock,
      timeoutMs: this.#timeoutMs,
      apply: (entry, isNew) => this.#apply(entry, isNew),
      noteGap: (gap) => this.#noteGap(gap),
      noteStrict: (isStrict) => this.#report.strict(isStrict),
    });
    this.#writer = new RevocationWriter({
      log,
      clock,
      wallNow: this.#wallNow,
      maxTokenLifeMs,
      clockSkewMs: checkWhole('clockSkewMs', options.clockSkewMs ?? 1_000, 0, 60_000),
      timeoutMs: checkWhole('appendTimeoutMs', options.appendTimeoutMs ?? 5_000, 10, 60_000),
      appended: (revocation, position) => this.#applyOwn(revocation, position),
      failed: () => this.#follower.beStrict(),
    });
    this.#rounds = new RevocationRounds({
      follower: this.#follower,
      clock,
      listen,
      pollMs: checkWhole('pollMs', options.pollMs ?? (listen === undefined ? 250 : 1_000), 10, 60_000),
      pruneEveryMs: checkWhole('pruneEveryMs', options.pruneEveryMs ?? 3_600_000, 0, 604_800_000),
      prune: () => log.prune(KEPT_PAST_END_MS),
      sweep: () => this.#index.sweep(this.#wallNow()),
    });
  }

  check(claims: RevocableClaims, scope?: string): Promise<void> | undefined {
    const budget = this.#scopes.of(scope);
    this.#refuseEnded(claims);
    if (this.#isKnown(budget)) return undefined;
    if (this.#isClosed) throw AUTH_ERRORS.create('MILLRACE_AUTH_CLOSED', { what: 'the revocations' });
    if (this.#clock.now() >= this.#follower.retryAt) return this.#checkLate(claims, budget);
    this.#admitWhileAway(budget);
    return undefined;
  }

  async revokeToken(
    { jti, exp, sub }: Pick<RevocableClaims, 'jti' | 'exp'> & { readonly sub?: string },
    { within }: RevokeOptions<Transaction> = {},
  ): Promise<void> {
    await this.#writer.token(jti, exp, sub, within);
  }

  async revokeSubject(subject: string, options: RevokeSubjectOptions<Transaction> = {}): Promise<void> {
    const { except = [], belowVersion, within } = options;
    await this.#writer.subject(subject, typeof except === 'string' ? [except] : except, belowVersion, within);
  }

  async revokeKey(
    keyId: string,
    { within, untilMs = Infinity }: RevokeOptions<Transaction> & { readonly untilMs?: number } = {},
  ): Promise<void> {
    await this.#writer.key(keyId, untilMs, within);
  }

  catchUp(): Promise<void> {
    return this.#follower.catchUp();
  }

  onRevoked(hear: (revocation: Revocation, isOwn: boolean) => void): () => void {
    return this.#report.subscribe(hear);
  }

  stats(): RevocationsStats {
    const { position, stalenessMs, isStrict, reads } = this.#follower;
    return {
      ...this.#report.counts,
      position,
      entries: this.#index.size,
      isComplete: this.#index.isComplete(this.#wallNow()),
      isStrict,
      isHeard: this.#rounds.isHeard,
      stalenessMs,
      reads: reads.begun,
      failedReads: reads.failed,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#rounds.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Whether what is known is new enough to say that a token counts. */
  #isKnown({ maxStalenessMs }: Budget): boolean {
    if (!this.#index.isWhole && !this.#isAllHere(this.#wallNow())) return false;
    if (maxStalenessMs === 0 || this.#follower.isStrict) return false;
    return this.#follower.stalenessMs <= maxStalenessMs;
  }

  #isAllHere(wallMs: number): boolean {
    if (this.#index.hasDroppedWhatCounts(wallMs)) {
      this.#index.beginAgain();
      this.#follower.reload('clock');
    }
    return this.#index.isComplete(wallMs);
  }

  async #checkLate(claims: RevocableClaims, budget: Budget): Promise<void> {
    const { maxStalenessMs } = budget;
    try {
      if (maxStalenessMs === 0 || this.#follower.isStrict) await this.#follower.catchUp();
      else await this.#follower.catchUpWithin(maxStalenessMs);
    } catch (error) {
      this.#refuseEnded(claims);
      return this.#admitWhileAway(budget, error);
    }
    this.#refuseEnded(claims);
    if (!this.#index.isComplete(this.#wallNow())) await this.#ask(claims, budget);
  }

  /** Not everything fits into memory, so the log says it of this token. */
  async #ask(claims: RevocableClaims, budget: Budget): Promise<void> {
    this.#report.counts.questions++;
    const version = this.#versionOf(claims);
    let found: readonly RevocationEntry[];
    try {
      found = await withTimeout(() => this.#log.find(claims), this.#timeoutMs, { clock: this.#clock });
    } catch (error) {
      throw this.#unknown(budget, error);
    }
    const entry = found.find((each) => hits(each, claims, version));
    if (entry !== undefined) throw this.#ended(entry.revocation.kind);
  }

  /** What is known goes on to count for a while, where the scope says so: as a whole, or not at all. */
  #admitWhileAway(budget: Budget, cause?: unknown): void {
    const { stalenessMs } = this.#follower;
    const isOpen = budget.maxStalenessAwayMs > 0 && stalenessMs <= budget.maxStalenessAwayMs;
    if (!isOpen || !this.#index.isComplete(this.#wallNow())) throw this.#unknown(budget, cause);
    this.#report.stale(budget.scope, stalenessMs);
  }

  #refuseEnded(claims: RevocableClaims): void {
    const { iat, exp } = claims;
    if (typeof iat !== 'number') throw invalid('it does not say when it was issued');
    if (!(exp >= iat)) throw invalid('it ends before it was issued');
    if (!(exp - iat <= this.#maxLifeSeconds))
      throw invalid('it lives longer than tokens are remembered (`maxTokenLifeMs`)');
    const by = this.#index.find(claims, this.#versionOf(claims));
    if (by !== undefined) throw this.#ended(by);
  }

  #versionOf(claims: RevocableClaims): number | undefined {
    if (this.#versionClaim === undefined) return undefined;
    const version = (claims as unknown as Readonly<Record<string, unknown>>)[this.#versionClaim];
    return typeof version === 'number' && Number.isFinite(version) ? version : undefined;
  }

  #ended(by: Revocation['kind']): Error {
    this.#report.counts.refused++;
    return AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_REVOKED', { by });
  }

  #unknown({ scope }: Budget, cause: unknown): Error {
    this.#report.unknown(scope, this.#follower.stalenessMs);
    return AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_UNKNOWN', {}, cause);
  }

  #noteGap(gap: RevocationGap): void {
    if (gap === 'history') this.#index.loseHistory();
    this.#report.gap(gap);
  }

  #apply(entry: RevocationEntry, isNew: boolean): void {
    this.#index.add(entry, this.#wallNow());
    if (isNew) this.#report.applied(entry.revocation, entry.position, false);
  }

  /** It counts here before anybody is told, whatever else there is to read before it. */
  #applyOwn(revocation: Revocation, position: number): void {
    const entry = { position, mark: '', previousMark: '', revocation };
    if (!this.#index.add(entry, this.#wallNow())) return; // It was read before its append was answered.
    this.#report.applied(revocation, position, true);
    this.#follower.learn(position);
  }
}

function invalid(problem: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_INVALID', { problem });
}
