import { checkCompactForm } from './compact-form.ts';
import { AUTH_ERRORS } from './errors.ts';
import type { TokenVerifier } from './token-check-options.ts';
import type { TokenClaims } from './token-claims.ts';

/** What {@link fastJwtVerifier} takes: fast-jwt's own verifier options, with the ones below settled. */
export interface FastJwtOptions {
  /** Secret or public key. Not a function: the check must answer at once. */
  readonly key: string | Buffer;
  /** The algorithms that are accepted, by name; at least one. */
  readonly algorithms: readonly string[];
  /** Claims that must be there besides `sub` and `exp`. */
  readonly requiredClaims?: readonly string[];
  /** Further options of fast-jwt, such as `allowedIss`, `allowedAud`, `clockTolerance`. */
  readonly [option: string]: unknown;
}

/** Options that name what a claim must be, and the claim. */
const COMPARED: Readonly<Record<string, string>> = {
  allowedIss: 'iss',
  allowedAud: 'aud',
  allowedJti: 'jti',
  allowedNonce: 'nonce',
};

/** fast-jwt's `createVerifier`, as far as it is used. */
export type FastJwtCreateVerifier = (options: Record<string, unknown>) => (token: string) => unknown;

/**
 * The `verify` of {@link createTokenCheck} over fast-jwt 6.3.4 or later, which is handed in, so that nobody needs it
 * who verifies otherwise. Its own cache stays off; `sub`, `exp` and every claim that an option compares are required; tokens that
 * have expired or do not count yet are told apart.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`; the verifier throws `MILLRACE_AUTH_TOKEN_EXPIRED`, `MILLRACE_AUTH_TOKEN_EARLY` and what fast-jwt throws.
 * @example
 * import { createVerifier } from 'fast-jwt';
 * const verify = fastJwtVerifier(createVerifier, { key: secret, algorithms: ['HS256'], allowedIss: 'https://id.example' });
 */
export function fastJwtVerifier<Claims extends TokenClaims = TokenClaims>(
  createVerifier: FastJwtCreateVerifier,
  options: FastJwtOptions,
): ((token: string) => Claims) & TokenVerifier<Claims> {
  if (!Array.isArray(options.algorithms) || options.algorithms.length === 0 || options.algorithms.includes('none')) {
    throw AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', {
      option: 'algorithms',
      value: String(options.algorithms),
      allowed: 'at least one algorithm, none of them `none`',
    });
  }
  // fast-jwt lets a token pass that does not have what it is to have one of.
  const compared = Object.keys(COMPARED).filter((option) => options[option] !== undefined);
  const requiredClaims = [
    'sub',
    'exp',
    ...compared.map((option) => COMPARED[option]),
    ...(options.requiredClaims ?? []),
  ];
  const verify = createVerifier({ ...options, requiredClaims, cache: false });
  const verifyToken = (token: string): Claims => {
    checkCompactForm(token);
    try {
      return verify(token) as Claims;
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      if (code === 'FAST_JWT_EXPIRED') throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED', {}, error);
      if (code === 'FAST_JWT_INACTIVE') throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EARLY', {}, error);
      throw error;
    }
  };
  return Object.assign(verifyToken, { configuration: describe(options) });
}

/** All but the key, whose hash would tell a weak one; the signature is verified each time anyway. */
function describe({ key: _, ...rest }: FastJwtOptions): string {
  const named = Object.entries(rest).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(String) : String(value),
  ]);
  return JSON.stringify(named.sort(([one], [two]) => (one! < two! ? -1 : 1)));
}
