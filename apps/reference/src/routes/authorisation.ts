import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Counters } from '../counters.ts';
import { type ApiKeys, type Identities, type Identity, type Limits, NO_SESSION } from '../ports/index.ts';
import { Problem, tokenRefused, unauthorised } from '../problem.ts';
import { originOf } from './origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the handler of every route that needs a token. */
    identity: Identity;
    /** Empty for who comes by an API key. */
    token: string;
  }
}

/** What the API keys of this service begin with. */
export const API_KEY_PREFIX = 'mk';

const BEARER = new RegExp(`^Bearer (?:([\\w-]+\\.[\\w-]+\\.[\\w-]+)|(${API_KEY_PREFIX}_[\\w-]+))$`, 'i');
const MAX_TOKEN_LENGTH = 4096;

type Done = (error?: Error) => void;

export interface AuthorisationParts {
  readonly identities: Identities;
  readonly apiKeys: ApiKeys;
  readonly limits: Limits;
  readonly counters: Counters;
}

/** An `onRequest` hook: no body is read for a caller who is not known, or asks too much. A known caller costs no promise. */
export function createAuthorisation({ identities, apiKeys, limits, counters }: AuthorisationParts) {
  const settle = (request: FastifyRequest, reply: FastifyReply, identity: Identity): void => {
    counters.add('authorisedRequests');
    const isWrite = request.method !== 'GET' && request.method !== 'HEAD';
    if (isWrite && identity.sessionId === NO_SESSION) throw new Problem(403, 'an API key may read; sign in to write');
    const standing = limits.use(identity.userId, isWrite, originOf(request));
    if (standing !== undefined) reply.headers(standing);
    request.identity = identity;
  };
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    try {
      const { token = '', key } = credentials(request.headers.authorization);
      request.token = token;
      const identity = key === undefined ? identities.check(token) : apiKeys.check(key);
      if (identity instanceof Promise) {
        identity.then((known) => settle(request, reply, known)).then(() => done(), done);
        return;
      }
      settle(request, reply, identity);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

export type Authorisation = ReturnType<typeof createAuthorisation>;

interface Credentials {
  readonly token: string | undefined;
  readonly key: string | undefined;
}

/** One of the two. */
function credentials(header: string | undefined): Credentials {
  if (header === undefined) throw unauthorised('a bearer token is needed');
  const given = header.length <= MAX_TOKEN_LENGTH ? BEARER.exec(header) : null;
  if (given === null) throw tokenRefused();
  return { token: given[1], key: given[2] };
}
