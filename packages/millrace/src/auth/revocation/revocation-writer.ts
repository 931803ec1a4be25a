import { type Clock, withTimeout } from '../../core/index.ts';
import { AUTH_ERRORS } from '../errors.ts';
import { checkRevocation, type Revocation } from './revocation.ts';
import type { RevocationLog } from './revocation-log.ts';

/** What {@link RevocationWriter} takes. */
export interface WriterOptions<Transaction> {
  readonly log: RevocationLog<Transaction>;
  readonly clock: Clock;
  readonly wallNow: () => number;
  readonly maxTokenLifeMs: number;
  readonly clockSkewMs: number;
  /** Longest append that is not part of somebody's transaction. */
  readonly timeoutMs: number;
  /** It is durable. */
  readonly appended: (revocation: Revocation, position: number) => void;
  /** It may be durable. */
  readonly failed: () => void;
}

/** Makes entries and appends them: durable first, then in force here, then told to who asked. */
export class RevocationWriter<Transaction> {
  readonly #options: WriterOptions<Transaction>;

  constructor(options: WriterOptions<Transaction>) {
    this.#options = options;
  }

  token(jti: string | undefined, exp: number, subject: string | undefined, within?: Transaction): Promise<void> {
    if (jti === undefined) {
      const problem = 'the token has no id (`jti`), so it can only be ended with all of its subject';
      throw AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_INPUT', { problem });
    }
    return this.#append({ kind: 'token', tokenId: jti, subject, untilMs: exp * 1_000 }, within);
  }

  subject(
    subject: string,
    except: readonly string[],
    belowVersion: number | undefined,
    within?: Transaction,
  ): Promise<void> {
    const { wallNow, clockSkewMs, maxTokenLifeMs } = this.#options;
    const nowMs = wallNow();
    const issuedUntil = (nowMs + clockSkewMs) / 1_000;
    // Issuers' clocks may be behind, and `iat` is cut to seconds.
    const issuedBefore = belowVersion === undefined ? (nowMs - clockSkewMs) / 1_000 - 1 : undefined;
    const untilMs = nowMs + clockSkewMs + maxTokenLifeMs;
    const upTo = { belowVersion, issuedUntil, issuedBefore };
    return this.#append({ kind: 'subject', subject, ...upTo, except: [...except], untilMs }, within);
  }

  key(keyId: string, untilMs: number, within?: Transaction): Promise<void> {
    return this.#append({ kind: 'key', keyId, untilMs }, within);
  }

  async #append(revocation: Revocation, within: Transaction | undefined): Promise<void> {
    const { log, clock, timeoutMs, appended, failed } = this.#options;
    checkRevocation(revocation);
    if (within !== undefined) {
      await log.append(revocation, within);
      return;
    }
    let position: number;
    try {
      position = await withTimeout(() => log.append(revocation), timeoutMs, { clock });
    } catch (error) {
      failed();
      throw AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_FAILED', {}, error);
    }
    appended(revocation, position);
  }
}
