import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Counters } from '../counters.ts';
import type { Identities, Identity, Limits } from '../ports/index.ts';
import { tokenRefused, unauthorised } from '../problem.ts';
import { originOf } from './origin.ts';

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

/** An `onRequest` hook: no body is read for a caller who is not known, or asks too much. A known caller costs no promise. */
export function createAuthorisation(identities: Identities, limits: Limits, counters: Counters) {
  const settle = (request: FastifyRequest, reply: FastifyReply, identity: Identity): void => {
    counters.add('authorisedRequests');
    const isWrite = request.method !== 'GET' && request.method !== 'HEAD';
    const standing = limits.use(identity.userId, isWrite, originOf(request));
    if (standing !== undefined) reply.headers(standing);
    request.identity = identity;
  };
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    try {
      request.token = bearerToken(request.headers.authorization);
      const identity = identities.check(request.token);
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

function bearerToken(header: string | undefined): string {
  if (header === undefined) throw unauthorised('a bearer token is needed');
  const token = header.length <= MAX_TOKEN_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) throw tokenRefused();
  return token;
}
