import { AUTH_ERRORS } from '../errors.ts';

/*
 * What can be ended, and which tokens that hits.
 *
 * All sessions of a user are ended up to a point: every token that was issued before it. Two tokens can be told apart
 * there by a version that they carry, or only by their `iat`. The latter is a whole second of the issuer's clock, so a
 * token of the same second may have been issued before the point or after it, and counts as before. A version says it
 * exactly: it is the position of the log that the login read in the transaction in which it opened the session, or a
 * number of the service's own. Positions can be lost, when a database is restored or fails over, and used again; so a token
 * that was surely issued before, by its `iat`, is hit whatever position it carries.
 */

/** One token, until it would have expired. */
export interface TokenRevocation {
  readonly kind: 'token';
  /** Its `jti`. */
  readonly tokenId: string;
  /** Whose it is, when that is known. */
  readonly subject?: string | undefined;
  /** When the last token that it hits has expired, in milliseconds since the Unix epoch. */
  readonly untilMs: number;
}

/** All tokens of a subject that were issued up to a point. */
export interface SubjectRevocation {
  readonly kind: 'subject';
  readonly subject: string;
  /** Tokens with a version: those below this one. Undefined: those below the position of the entry. */
  readonly belowVersion?: number | undefined;
  /** Tokens without a version: those whose `iat` is not after this, in seconds since the Unix epoch. */
  readonly issuedUntil: number;
  /** Tokens whose version is a position: those whose `iat` is before this are hit whatever it is. */
  readonly issuedBefore?: number | undefined;
  /** Ids (`jti`) of tokens that go on. */
  readonly except: readonly string[];
  /** As for one token. */
  readonly untilMs: number;
}

/** All tokens that were signed with a key. */
export interface KeyRevocation {
  readonly kind: 'key';
  /** The `kid` of their header. */
  readonly keyId: string;
  /** As for one token; `Infinity`: for as long as the log is there. */
  readonly untilMs: number;
}

/** What was ended. */
export type Revocation = TokenRevocation | SubjectRevocation | KeyRevocation;

/** A revocation with its place in the log. */
export interface RevocationEntry {
  /** 1, 2, 3, …: each the one after its predecessor. */
  readonly position: number;
  /** A random text of this entry: another history that uses the same positions has other marks. */
  readonly mark: string;
  /** That of the entry before it; empty for the first. */
  readonly previousMark: string;
  readonly revocation: Revocation;
}

/** What is asked of a token: verified claims under their names of RFC 7519, and the key id of the header. */
export interface RevocableClaims {
  readonly sub: string;
  /** Seconds since the Unix epoch. */
  readonly exp: number;
  /** Seconds since the Unix epoch. Who has none is refused, for nobody could tell what had been ended since. */
  readonly iat?: number | undefined;
  /** Without it the token can only be ended together with all of its subject or its key. */
  readonly jti?: string | undefined;
  /** The key that the verifier chose by it. An empty text: signed by one that it does not name. Undefined: not signed. */
  readonly kid?: string | undefined;
}

/** Whether a token that was issued at `iat` with `version` is hit. */
export function hitsIssued(
  { belowVersion, issuedUntil, issuedBefore = -Infinity, except }: SubjectRevocation,
  position: number,
  claims: RevocableClaims,
  version: number | undefined,
): boolean {
  if (claims.jti !== undefined && except.includes(claims.jti)) return false;
  const { iat = -Infinity } = claims;
  return version === undefined ? iat <= issuedUntil : version < (belowVersion ?? position) || iat < issuedBefore;
}

/** Whether an entry hits a token. */
export function hits({ position, revocation }: RevocationEntry, claims: RevocableClaims, version?: number): boolean {
  if (revocation.kind === 'token') return revocation.tokenId === claims.jti;
  if (revocation.kind === 'key') return claims.kid === '' || revocation.keyId === claims.kid;
  return revocation.subject === claims.sub && hitsIssued(revocation, position, claims, version);
}

const MAX_NAME_LENGTH = 1_024;

/** Refuses what no log could hold, so that it is told at once and not by a database. */
export function checkRevocation(revocation: Revocation): Revocation {
  if (!(revocation.untilMs > 0)) throw unusable('when its last token expires is no time');
  for (const name of namesOf(revocation)) checkName(name);
  if (revocation.kind !== 'subject') return revocation;
  const { belowVersion, issuedUntil } = revocation;
  if (belowVersion !== undefined && !Number.isSafeInteger(belowVersion))
    throw unusable('its version is no whole number');
  if (!Number.isFinite(issuedUntil)) throw unusable('up to when tokens were issued is no time');
  return revocation;
}

function namesOf(revocation: Revocation): readonly string[] {
  if (revocation.kind === 'key') return [revocation.keyId];
  if (revocation.kind === 'subject') return [revocation.subject, ...revocation.except];
  return revocation.subject === undefined ? [revocation.tokenId] : [revocation.tokenId, revocation.subject];
}

function checkName(name: string): void {
  const fits = typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH;
  if (fits && name.isWellFormed() && !name.includes('\0')) return;
  throw unusable(`an id is not 1 to ${MAX_NAME_LENGTH} well-formed characters`);
}

function unusable(problem: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_REVOCATION_INPUT', { problem });
}
