import type { TokenCheck } from '../../auth/index.ts';
import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import type { HttpHeader, RefusedAnswer } from '../../ratelimit/index.ts';
import { answerOf, problemAnswer } from './answer.ts';
import { readBearer } from './bearer.ts';

/** What `authenticate` takes. */
export interface AuthenticateOptions<Identity extends object> {
  /** Tells who sends a token. */
  readonly tokens: Pick<TokenCheck<Identity>, 'check'>;
  /** The scope of the revocations of `tokens` by which tokens are judged here, e.g. `admin`; default: theirs. */
  readonly scope?: string;
  /** Named in the challenge; default `api`. */
  readonly realm?: string;
  /** Whether a request without credentials goes on, as nobody's; one with bad ones never does. Default false. */
  readonly optional?: boolean;
}

/** Who asks, `undefined` for nobody where that is allowed, or the answer to who may not. */
export type Authenticated<Identity> =
  | { readonly identity: Identity | undefined; readonly answer?: undefined }
  | { readonly answer: RefusedAnswer };

/** Finds out who asks: at once when the token is known. Rejects or throws what is the service's own error. */
export type Authenticator<Identity> = (
  authorization: string | undefined,
  connection: object | undefined,
) => Authenticated<Identity> | Promise<Authenticated<Identity>>;

const OPTIONS: OptionNames<AuthenticateOptions<object>> = {
  tokens: true,
  scope: true,
  realm: true,
  optional: true,
};
/** RFC 6750 section 3.1: a token that is no good, and a request that says more than one thing. */
const INVALID = 'invalid_token';
const AMBIGUOUS = 'invalid_request';

/** The part of `authenticate` that knows no framework. Source of the challenges: RFC 6750 section 3. @throws `MILLRACE_CORE_OPTION_UNKNOWN` */
export function createAuthenticator<Identity extends object>(
  options: AuthenticateOptions<Identity>,
): Authenticator<Identity> {
  checkOptionNames('authenticate', options, OPTIONS);
  const { tokens, scope, realm = 'api', optional = false } = options;
  const challenge = (error?: string): HttpHeader => {
    const scheme = `Bearer realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`;
    return ['www-authenticate', error === undefined ? scheme : `${scheme}, error="${error}"`];
  };
  const refuse = (error: unknown): { readonly answer: RefusedAnswer } => {
    const answer = answerOf(error, challenge(INVALID));
    if (answer === undefined) throw error;
    return { answer };
  };
  const nobody = { identity: undefined };
  const missing = { answer: problemAnswer(401, 'a bearer token is needed', [challenge()]) };
  const malformed = { answer: problemAnswer(401, 'the credentials cannot be read', [challenge(INVALID)]) };
  const several = { answer: problemAnswer(400, 'there are several credentials', [challenge(AMBIGUOUS)]) };
  return (authorization, connection) => {
    const bearer = readBearer(authorization);
    // Whoever brings credentials of another kind wanted to be somebody.
    if (bearer.kind === 'none') return optional && authorization === undefined ? nobody : missing;
    if (bearer.kind !== 'token') return bearer.kind === 'several' ? several : malformed;
    try {
      const identity = tokens.check(bearer.token, connection, scope);
      return identity instanceof Promise ? identity.then((known) => ({ identity: known })).catch(refuse) : { identity };
    } catch (error) {
      return refuse(error);
    }
  };
}
