import type { IncomingHttpHeaders } from 'node:http';
import type { RefusedAnswer } from '../ratelimit/index.ts';
import { type Authenticated, type AuthenticateOptions, createAuthenticator } from './guard/authenticate.ts';
import { createDeadlines, type RequestDeadline, type SetDeadlineOptions } from './guard/deadline.ts';
import { joinHeader } from './guard/limit-headers.ts';
import { type LimitRateOptions, RateGuard, type RateVerdict } from './guard/limit-rate.ts';
import { proceed } from './guard/proceed.ts';
import { type ShedLoadOptions, shedAnswer } from './guard/shed-load.ts';
import { deadlineUntilClose } from './node-deadline.ts';
import { authorizationOf, factsOf } from './node-headers.ts';
import { isLeft, type SentResponse, wasSent } from './node-response.ts';

/** What is used of a Fastify request. */
export interface GuardedRequest {
  readonly method: string;
  readonly url: string;
  readonly raw: {
    readonly socket: { readonly remoteAddress?: string | undefined };
    readonly rawHeaders?: readonly string[];
  };
  readonly headers: IncomingHttpHeaders;
}

/** What is used of a Fastify reply. */
export interface GuardedReply {
  readonly sent: boolean;
  readonly raw: SentResponse & {
    readonly statusCode: number;
    once(event: 'close', listen: () => void): unknown;
  };
  code(status: number): unknown;
  getHeader(name: string): unknown;
  header(name: string, value: string): unknown;
  send(payload: string): unknown;
}

/** A hook of Fastify; it goes on at once where nothing has to be waited for. */
export type FastifyHook<Request> = (request: Request, reply: GuardedReply, done: (error?: Error) => void) => void;

/**
 * An `onRequest` hook that lets nobody in whose bearer token is not good, and sets `request.user` (declare it with
 * `app.decorateRequest('user', null)`). Refusals are problem documents with a challenge; what is the service's own error goes
 * to its error handler.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.decorateRequest('user', null);
 * app.addHook('onRequest', authenticate({ tokens }));
 */
export function authenticate<Identity extends object, Request extends GuardedRequest = GuardedRequest>(
  options: AuthenticateOptions<Identity>,
): FastifyHook<Request> {
  const find = createAuthenticator(options);
  return (request, reply, done) => {
    const settle = ({ answer, ...found }: Authenticated<Identity> & { identity?: Identity | undefined }): boolean => {
      if (isOver(reply)) return false;
      if (answer !== undefined) return send(reply, answer);
      (request as { user?: Identity | undefined }).user = found.identity;
      return true;
    };
    const { headers, raw } = request;
    const { rawHeaders, socket } = raw;
    proceed(() => find(authorizationOf(headers, rawHeaders), socket, () => factsOf(headers, socket)), settle, done);
  };
}

/**
 * A hook that limits requests: `onRequest` where `key` needs no more than the connection, behind {@link authenticate} where
 * it needs to know who asks.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.addHook('onRequest', limitRate({ limiter, key: ({ user }: FastifyRequest) => ['user', user.id] }));
 */
export function limitRate<Request extends GuardedRequest = GuardedRequest>(
  options: LimitRateOptions<Request>,
): FastifyHook<Request> {
  const guard = new RateGuard(options);
  return (request, reply, done) => {
    const settle = ({ answer, headers, ended }: RateVerdict): boolean => {
      if (isOver(reply)) return false;
      if (answer !== undefined) return send(reply, answer);
      setHeaders(reply, headers);
      // Who hangs up before the answer gets nothing back.
      if (ended !== undefined) reply.raw.once('close', () => wasSent(reply.raw) && ended(reply.raw.statusCode));
      return true;
    };
    proceed(() => guard.judge(request, factsOf(request.headers, request.raw.socket)), settle, done);
  };
}

/**
 * An `onRequest` hook, the first of all, that answers 503 to what there is no room for.
 * @example
 * app.addHook('onRequest', shedLoad({ shedder, priority: ({ url }) => (url === '/health' ? undefined : 'normal') }));
 */
export function shedLoad<Priority, Request extends GuardedRequest = GuardedRequest>(
  options: ShedLoadOptions<Request, Priority>,
): FastifyHook<Request> {
  return (request, reply, done) => {
    const settle = (answer: RefusedAnswer | undefined): boolean => answer === undefined || send(reply, answer);
    proceed(() => shedAnswer(options, request), settle, done);
  };
}

/**
 * An `onRequest` hook that gives a request a deadline, `request.deadline` (declare it with
 * `app.decorateRequest('deadline', null)`), for its handler and whatever that calls: it is told, and nothing is answered for it.
 * @throws `MILLRACE_CORE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.addHook('onRequest', setDeadline({ ms: 5_000 }));
 * app.get('/prices', ({ deadline }) => prices({ signal: deadline.signal }));
 */
export function setDeadline<Request extends GuardedRequest = GuardedRequest>(
  options: SetDeadlineOptions<Request>,
): FastifyHook<Request> {
  const start = createDeadlines(options);
  return (request, reply, done) => {
    const settle = (deadline: RequestDeadline): boolean => {
      (request as { deadline?: RequestDeadline }).deadline = deadline;
      return true;
    };
    proceed(() => deadlineUntilClose(reply.raw, (gone) => start(request, gone)), settle, done);
  };
}

/** Somebody else has answered meanwhile, or nobody waits for an answer any more. */
function isOver({ sent, raw }: GuardedReply): boolean {
  return sent || isLeft(raw);
}

/** Beside what a limit before this one has said. */
function setHeaders(reply: GuardedReply, headers: RefusedAnswer['headers']): void {
  for (const [name, value] of headers) reply.header(name, joinHeader(name, reply.getHeader(name), value));
}

function send(reply: GuardedReply, { status, headers, body }: RefusedAnswer): false {
  reply.code(status);
  setHeaders(reply, headers);
  reply.send(body);
  return false;
}
