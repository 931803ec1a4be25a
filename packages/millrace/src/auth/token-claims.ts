import { AUTH_ERRORS } from './errors.ts';

/** RFC 7519 names for what Millrace reads of a token. */
export interface TokenClaims {
  /** Whose token it is; not empty. */
  readonly sub: string;
  /** Expiry, in seconds since the Unix epoch. */
  readonly exp: number;
  /** Before this second it does not count. */
  readonly nbf?: number;
  /** When it was issued, in seconds; needed where `maxTokenAgeMs` is set. */
  readonly iat?: number;
}

/** How claims are judged. */
export interface ClaimBounds {
  /** Oldest token that counts; undefined: any until it expires. */
  readonly maxTokenAgeMs: number | undefined;
  /** How far the clock of the issuer may be ahead, for `nbf` and `iat`. */
  readonly clockToleranceMs: number;
}

/** Longest token that is looked at, in characters. */
const MAX_TOKEN_LENGTH = 8_192;
/** Visible ASCII: what a header can carry, and what has one encoding only. */
const TOKEN_FORM = /^[\x21-\x7e]+$/;
/** The last second of the year 9999; a time beyond it was written in milliseconds. */
const MAX_SECONDS = 253_402_300_799;

/** Refuses what cannot be a token, before anything is computed over it. */
export function checkTokenForm(token: string): void {
  if (typeof token === 'string' && token.length <= MAX_TOKEN_LENGTH && TOKEN_FORM.test(token)) return;
  throw tokenInvalid(`it is not 1 to ${MAX_TOKEN_LENGTH} visible ASCII characters`);
}

/** Refuses claims that name nobody or no usable time, or do not count at `now` (wall time in milliseconds). */
export function checkClaims(claims: TokenClaims, now: number, { maxTokenAgeMs, clockToleranceMs }: ClaimBounds): void {
  const { sub, exp, nbf, iat } = claims;
  if (typeof sub !== 'string' || sub === '') throw tokenInvalid('it names no subject');
  if (!isTime(exp)) throw tokenInvalid('it has no usable expiry');
  if (exp * 1_000 <= now) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED');
  if (nbf !== undefined && !isTime(nbf)) throw tokenInvalid('its `nbf` is no time');
  if (nbf !== undefined && nbf * 1_000 > now + clockToleranceMs) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EARLY');
  if (iat !== undefined && !isTime(iat)) throw tokenInvalid('its `iat` is no time');
  if (maxTokenAgeMs === undefined) return;
  if (iat === undefined) throw tokenInvalid('it does not say when it was issued');
  if (iat * 1_000 > now + clockToleranceMs) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EARLY');
  if (now - iat * 1_000 >= maxTokenAgeMs) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED');
}

/** The error for a token that is none, with the reason and never a part of it. */
export function tokenInvalid(problem: string, cause?: unknown): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_INVALID', { problem }, cause);
}

function isTime(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds > 0 && seconds <= MAX_SECONDS;
}
