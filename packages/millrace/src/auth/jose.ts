import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../core/index.ts';
import { checkCompactForm } from './compact-form.ts';
import { AUTH_ERRORS } from './errors.ts';
import { type JoseGetKey, type JoseKey, type JoseRemoteKeys, RemoteKeys } from './jose-keys.ts';
import { checkWhole } from './option-check.ts';
import type { TokenVerifier } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';

/** What is used of the package jose (5 or 6), which is handed in. */
export interface Jose {
  jwtVerify(token: string, key: never, options: object): Promise<{ readonly payload: unknown }>;
  createRemoteJWKSet(url: URL, options: object): JoseRemoteKeys;
}

/** What {@link joseVerifier} takes: one of `key` and `jwksUrl`. */
export interface JoseVerifierOptions {
  /** The algorithms that are accepted, by name, none of them `none`; HMAC only where `key` is a secret. */
  readonly algorithms: readonly string[];
  /** Who must have issued the token (`iss`). */
  readonly issuer: string | readonly string[];
  /** For whom it must be (`aud`). */
  readonly audience: string | readonly string[];
  /** A key as jose takes it: a `CryptoKey`, a `KeyObject`, a JWK, or the bytes of a secret; or a local key set of jose. */
  readonly key?: JoseKey;
  /** Where the issuer publishes its keys (RFC 7517): https, or http on this machine. */
  readonly jwksUrl?: string;
  /** The `typ` that the header must have, e.g. `at+jwt`; default: any. */
  readonly typ?: string;
  /** Claims that must be there besides `sub` and `exp`. */
  readonly requiredClaims?: readonly string[];
  /** How far clocks may differ, in milliseconds. 0 to 300,000; default 0. */
  readonly clockToleranceMs?: number;
  /** How old fetched keys may be, in milliseconds: so long a key counts that the issuer has withdrawn. 30,000 to 86,400,000; default 600,000. */
  readonly jwksMaxAgeMs?: number;
  /** Shortest time between two fetches, in milliseconds, whatever tokens name. 1,000 to 600,000; default 30,000. */
  readonly jwksCooldownMs?: number;
  /** Longest wait for the keys, in milliseconds. 100 to 9,000; default 5,000. */
  readonly jwksTimeoutMs?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

const OPTIONS: OptionNames<JoseVerifierOptions> = {
  algorithms: true,
  issuer: true,
  audience: true,
  key: true,
  jwksUrl: true,
  typ: true,
  requiredClaims: true,
  clockToleranceMs: true,
  jwksMaxAgeMs: true,
  jwksCooldownMs: true,
  jwksTimeoutMs: true,
  clock: true,
};
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The `verify` of {@link createTokenCheck} over jose, for keys that an issuer publishes and changes, and for every algorithm
 * that jose knows. Neither `jku` nor `x5u` nor a key within a token is ever looked at. It answers later; what it has verified
 * once is known at once after that.
 *
 * Source: RFC 7517 (key sets), RFC 8725 (what must be settled, and not by the token).
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`; the verifier rejects with
 * `MILLRACE_AUTH_KEYS_UNAVAILABLE` (503), `MILLRACE_AUTH_TOKEN_EXPIRED`, `MILLRACE_AUTH_TOKEN_EARLY` and what jose throws.
 * @example
 * import * as jose from 'jose';
 * const verify = joseVerifier(jose, {
 *   jwksUrl: 'https://id.example/.well-known/jwks.json',
 *   algorithms: ['RS256'],
 *   issuer: 'https://id.example',
 *   audience: 'https://api.example',
 * });
 */
export function joseVerifier<Claims extends TokenClaims = TokenClaims>(
  jose: Jose,
  options: JoseVerifierOptions,
): TokenVerifier<Claims> {
  checkOptions(options);
  const { issuer, audience, algorithms, typ, clockToleranceMs = 0, requiredClaims = [], clock = systemClock } = options;
  const remote = options.jwksUrl === undefined ? undefined : remoteKeys(jose, options.jwksUrl, options, clock);
  const key = remote === undefined ? options.key : (remote.find satisfies JoseGetKey);
  const bounds = {
    ...{ algorithms: [...algorithms], issuer, audience, clockTolerance: clockToleranceMs / 1_000 },
    requiredClaims: ['sub', 'exp', ...requiredClaims],
    ...(typ !== undefined && { typ }),
  };
  const verify = async (token: string): Promise<Claims> => {
    checkCompactForm(token);
    try {
      const { payload } = await jose.jwtVerify(token, key as never, {
        ...bounds,
        currentDate: new Date(clock.wallNow()),
      });
      return payload as Claims;
    } catch (error) {
      throw translated(error);
    }
  };
  return Object.assign(verify, { configuration: JSON.stringify(bounds), ...(remote && { epoch: remote.epoch }) });
}

function remoteKeys(jose: Jose, url: string, options: JoseVerifierOptions, clock: Clock): RemoteKeys {
  const { jwksMaxAgeMs: maxAgeMs = 600_000, jwksCooldownMs: cooldownMs = 30_000, jwksTimeoutMs = 5_000 } = options;
  const times = { cacheMaxAge: Infinity, cooldownDuration: Infinity, timeoutDuration: jwksTimeoutMs };
  return new RemoteKeys(jose.createRemoteJWKSet(new URL(url), times), clock, { maxAgeMs, cooldownMs });
}

/** jose's own words, but for those that the check has words for; never with the claims, which would end up in logs. */
function translated(error: unknown): unknown {
  for (const told of [error, (error as { cause?: unknown } | null)?.cause]) {
    if (typeof told === 'object' && told !== null) Reflect.deleteProperty(told, 'payload');
  }
  const { code, claim, reason } = (error ?? {}) as { code?: string; claim?: string; reason?: string };
  if (code === 'ERR_JWT_EXPIRED') return AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED', {}, error);
  const isEarly = code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && claim === 'nbf' && reason === 'check_failed';
  return isEarly ? AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EARLY', {}, error) : error;
}

function checkOptions(options: JoseVerifierOptions): void {
  checkOptionNames('joseVerifier', options, OPTIONS);
  const { algorithms, issuer, audience, key, jwksUrl } = options;
  if (!Array.isArray(algorithms) || algorithms.length === 0 || algorithms.includes('none')) {
    throw refused('algorithms', algorithms, 'at least one algorithm, none of them `none`');
  }
  if (jwksUrl !== undefined && algorithms.some((name) => name.startsWith('HS'))) {
    throw refused('algorithms', algorithms, 'no HMAC where keys are published');
  }
  if (!isNamed(issuer)) throw refused('issuer', issuer, 'who issues the tokens');
  if (!isNamed(audience)) throw refused('audience', audience, 'for whom the tokens are');
  if ((key === undefined) === (jwksUrl === undefined))
    throw refused('key', 'not as allowed', 'one of `key` and `jwksUrl`');
  if (jwksUrl !== undefined && !isSafe(jwksUrl))
    throw refused('jwksUrl', jwksUrl, 'an https URL, or http on this machine');
  checkWhole('clockToleranceMs', options.clockToleranceMs ?? 0, 0, 300_000);
  checkWhole('jwksMaxAgeMs', options.jwksMaxAgeMs ?? 600_000, 30_000, 86_400_000);
  checkWhole('jwksCooldownMs', options.jwksCooldownMs ?? 30_000, 1_000, 600_000);
  checkWhole('jwksTimeoutMs', options.jwksTimeoutMs ?? 5_000, 100, 9_000);
}

function isNamed(names: unknown): boolean {
  const all = Array.isArray(names) ? names : [names];
  return all.length > 0 && all.every((name) => typeof name === 'string' && name !== '');
}

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
}

function refused(option: string, value: unknown, allowed: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option, value: String(value), allowed });
}
