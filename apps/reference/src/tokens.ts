import { createHmac } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { fastJwtVerifier } from 'millrace/auth';
import type { Clock } from 'millrace/core';
import { tokenRefused } from './problem.ts';

/** What a token says, once its signature has been verified. */
export interface Claims {
  readonly sub: string;
  readonly jti: string;
  /** Seconds since the Unix epoch. */
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
}

/** Signs and verifies the service's HS256 tokens. Nothing is remembered here. */
export interface Tokens {
  /** Keeps what is stored under the hash of a token from telling which one it is. */
  readonly pepper: string;
  readonly ttlSeconds: number;
  /** @param version see `Identities.version` */
  sign(userId: number, sessionId: string, version?: number): { readonly token: string; readonly expiresAt: Date };
  /** Throws a 401 problem when the token is malformed, forged or expired. */
  verify(token: string): Claims;
}

const ISSUER = 'millrace-reference';
const USER_ID = /^[1-9]\d{0,14}$/;
/** The last second of the year 9999: a time beyond it was written in milliseconds. */
const MAX_SECONDS = 253_402_300_799;
const SESSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A secret of its own for each purpose; none tells another. */
export function deriveSecret(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(`millrace-reference:${purpose}`).digest('hex');
}

export function createTokens(secret: string, ttlSeconds: number, clock: Clock): Tokens {
  const sign = createSigner({ key: secret, algorithm: 'HS256' });
  const verify = fastJwtVerifier<Claims>(createVerifier, {
    key: secret,
    algorithms: ['HS256'],
    allowedIss: ISSUER,
    checkTyp: 'jwt',
    requiredClaims: ['jti', 'iat'],
  });
  return {
    pepper: deriveSecret(secret, 'pepper'),
    ttlSeconds,
    sign(userId, sessionId, version) {
      const iat = Math.floor(clock.wallNow() / 1000);
      const exp = iat + ttlSeconds;
      const token = sign({
        iss: ISSUER,
        sub: String(userId),
        jti: sessionId,
        iat,
        exp,
        ...(version !== undefined && { ver: version }),
      });
      return { token, expiresAt: new Date(exp * 1000) };
    },
    verify(token) {
      let claims: Claims;
      try {
        claims = verify(token);
      } catch {
        throw tokenRefused();
      }
      const { sub, jti, exp, nbf = 0 } = claims;
      if (!USER_ID.test(sub) || !SESSION_ID.test(jti) || exp > MAX_SECONDS || nbf > MAX_SECONDS) throw tokenRefused();
      return claims;
    },
  };
}
