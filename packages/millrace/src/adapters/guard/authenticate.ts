import type { TokenCheck } from '../../auth/index.ts';
import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import type { HttpHeader, RefusedAnswer } from '../../ratelimit/index.ts';
import { answerOf, problemAnswer } from './answer.ts';
import { readBearer } from './bearer.ts';
import type { RequestFacts } from './limit-rate.ts';
import { isGuess, RefusalLimit, type RefusalOptions } from './refusals.ts';

/** What `authenticate` takes. */
export interface AuthenticateOptions<Identity extends object> {
  /** Tells who sends a token. Where it has no `knows`, all tokens are unknown to `refusals`. */
  readonly tokens: Pick<TokenCheck<Identity>, 'check'> & Partial<Pick<TokenCheck<Identity>, 'knows'>>;
  /** The scope of the revocations of `tokens` by which tokens are judged here, e.g. `admin`; default: theirs. */
  readonly scope?: string;
  /** Named in the challenge; default `api`. */
  readonly realm?: string;
  /** Whether a request without credentials goes on, as nobody's; one with bad ones never does. Default false. */
  readonly optional?: boolean;
  /**
   * Limits bad tokens by network. While a network has none left its tokens are refused unseen with 429, but for those that
   * `tokens` knows. Tokens that have expired or were ended do not count. Default: no limit.
   */
  readonly refusals?: RefusalOptions;
}

/** Who asks, `undefined` for nobody where that is allowed, or the answer to who may not. */
export type Authenticated<Identity> =
  | { readonly identity: Identity | undefined; readonly answer?: undefined; readonly isGuess?: undefined }
  | { readonly answer: RefusedAnswer; readonly isGuess?: boolean };

/** Finds out who asks: at once when the token is known. Rejects or throws what is the service's own error. */
export type Authenticator<Identity> = (
  authorization: string | undefined,
  connection: object | undefined,
  facts: () => RequestFacts,
) => Authenticated<Identity> | Promise<Authenticated<Identity>>;

const OPTIONS: OptionNames<AuthenticateOptions<object>> = {
  tokens: true,
  scope: true,
  realm: true,
  optional: true,
  refusals: true,
};
/** RFC 6750 section 3.1: a token that is no good, and a request that says more than one thing. */
const INVALID = 'invalid_token';
const AMBIGUOUS = 'invalid_request';

/** The part of `authenticate` that knows no framework. Source of the challenges: RFC 6750 section 3. @throws `MILLRACE_CORE_OPTION_UNKNOWN` */
export function createAuthenticator<Identity extends object>(
  options: AuthenticateOptions<Identity>,
): Authenticator<Identity> {
  checkOptionNames('authenticate', options, OPTIONS);
  const { tokens, realm = 'api', optional = false, refusals } = options;
  const challenge = challengeOf(realm);
  const limit = refusals && new RefusalLimit(refusals);
  const look = lookWith(options, challenge(INVALID));
  const nobody = { identity: undefined };
  const missing = { answer: problemAnswer(401, 'a bearer token is needed', [challenge()]) };
  const malformed = { answer: problemAnswer(401, 'the credentials cannot be read', [challenge(INVALID)]) };
  const several = { answer: problemAnswer(400, 'there are several credentials', [challenge(AMBIGUOUS)]) };
  return (authorization, connection, facts) => {
    const bearer = readBearer(authorization);
    // Whoever brings credentials of another kind wanted to be somebody.
    if (bearer.kind === 'none') return optional && authorization === undefined ? nobody : missing;
    if (bearer.kind !== 'token') return bearer.kind === 'several' ? several : malformed;
    const { token } = bearer;
    if (limit === undefined || tokens.knows?.(token, connection)) return look(token, connection);
    return limit.judge(facts(), () => look(token, connection));
  };
}

function challengeOf(realm: string): (error?: string) => HttpHeader {
  const scheme = `Bearer realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`;
  return (error) => ['www-authenticate', error === undefined ? scheme : `${scheme}, error="${error}"`];
}

/** Asks `tokens`, and makes an answer of what they refuse. */
function lookWith<Identity extends object>(
  { tokens, scope }: AuthenticateOptions<Identity>,
  challenge: HttpHeader,
): (token: string, connection: object | undefined) => Authenticated<Identity> | Promise<Authenticated<Identity>> {
  const refuse = (error: unknown): Authenticated<Identity> => {
    const answer = answerOf(error, challenge);
    if (answer === undefined) throw error;
    return { answer, isGuess: answer.status === 401 && isGuess((error as { readonly code: unknown }).code) };
  };
  return (token, connection) => {
    try {
      const identity = tokens.check(token, connection, scope);
      return identity instanceof Promise ? identity.then((known) => ({ identity: known })).catch(refuse) : { identity };
    } catch (error) {
      return refuse(error);
    }
  };
}
