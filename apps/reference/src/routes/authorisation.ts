import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Counters } from '../counters.ts';
import type { Identities, Identity } from '../ports/index.ts';
import { tokenRefused, unauthorised } from '../problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the handler of every route that needs a token. */
    identity: Identity;
    token: string;
  }
}

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;
const MAX_TOKEN_LENGTH = 4096;

type Done = (error?: Error) => void;

/** An `onRequest` hook: no body is read for a caller who is not known. A known caller costs no promise. */
export function createAuthorisation(identities: Identities, counters: Counters) {
  const settle = (request: FastifyRequest, identity: Identity, done: Done): void => {
    counters.add('authorisedRequests');
    request.identity = identity;
    done();
  };
  return (request: FastifyRequest, _reply: FastifyReply, done: Done): void => {
    try {
      request.token = bearerToken(request.headers.authorization);
      const identity = identities.check(request.token);
      if (identity instanceof Promise) identity.then((known) => settle(request, known, done), done);
      else settle(request, identity, done);
    } catch (error) {
      done(error as Error);
    }
  };
}

export type Authorisation = ReturnType<typeof createAuthorisation>;

function bearerToken(header: string | undefined): string {
  if (header === undefined) throw unauthorised('a bearer token is needed');
  const token = header.length <= MAX_TOKEN_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) throw tokenRefused();
  return token;
}
