import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from 'millrace/core';

/** How long a token lasts: a day, as origin 003's. */
export const TOKEN_TTL_MS = 86_400_000;

/** The one administrator: who it is, and the tokens given out for it. */
export interface AdminTokens {
  /** A new token, or undefined when name or secret is wrong. */
  login(user: unknown, secret: unknown): string | undefined;
  /** Whether an `Authorization` header carries a token that still lasts. */
  accepts(header: string | undefined): boolean;
}

export interface AdminTokensOptions {
  readonly user: string;
  readonly secret: string;
  readonly clock: Clock;
}

/** A token is its end time and a signature over it with a key of this process: nothing is kept, a restart voids all. */
export function createAdminTokens({ user, secret, clock }: AdminTokensOptions): AdminTokens {
  const key = randomBytes(32);
  const sign = (expiresAt: string): string => createHmac('sha256', key).update(expiresAt).digest('hex');
  return {
    login(givenUser, givenSecret) {
      if (!same(givenUser, user) || !same(givenSecret, secret)) return undefined;
      const expiresAt = String(Math.floor(clock.wallNow()) + TOKEN_TTL_MS);
      return `${expiresAt}.${sign(expiresAt)}`;
    },
    accepts(header) {
      const [, expiresAt = '', signature] = /^Bearer (\d+)\.([0-9a-f]+)$/.exec(header ?? '') ?? [];
      return same(signature, sign(expiresAt)) && Number(expiresAt) > clock.wallNow();
    },
  };
}

function same(given: unknown, expected: string): boolean {
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
