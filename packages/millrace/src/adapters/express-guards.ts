import type { IncomingMessage, ServerResponse } from 'node:http';
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

/** A middleware of Express 5; it takes the requests of `node:http` too. */
export type ExpressGuard<Request extends IncomingMessage> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * A middleware that lets nobody in whose bearer token is not good, and sets `request.user`. Refusals are problem documents
 * with a challenge; what is the service's own error goes to `next`.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.use('/api', authenticate({ tokens }));
 */
export function authenticate<Identity extends object, Request extends IncomingMessage = IncomingMessage>(
  options: AuthenticateOptions<Identity>,
): ExpressGuard<Request> {
  const find = createAuthenticator(options);
  return (request, response, next) => {
    const settle = ({ answer, ...found }: Authenticated<Identity> & { identity?: Identity | undefined }): boolean => {
      if (isOver(response)) return false;
      if (answer !== undefined) return send(response, answer);
      (request as { user?: Identity | undefined }).user = found.identity;
      return true;
    };
    const { headers, rawHeaders, socket } = request;
    proceed(() => find(authorizationOf(headers, rawHeaders), socket, () => factsOf(headers, socket)), settle, next);
  };
}

/**
 * A middleware that limits requests; behind {@link authenticate} where `key` needs to know who asks.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.use(limitRate({ limiter, key: ({ user }: Request) => ['user', user.id] }));
 */
export function limitRate<Request extends IncomingMessage = IncomingMessage>(
  options: LimitRateOptions<Request>,
): ExpressGuard<Request> {
  const guard = new RateGuard(options);
  return (request, response, next) => {
    const settle = ({ answer, headers, ended }: RateVerdict): boolean => {
      if (isOver(response)) return false;
      if (answer !== undefined) return send(response, answer);
      setHeaders(response, headers);
      // Who hangs up before the answer gets nothing back.
      if (ended !== undefined) response.once('close', () => wasSent(response) && ended(response.statusCode));
      return true;
    };
    proceed(() => guard.judge(request, factsOf(request.headers, request.socket)), settle, next);
  };
}

/**
 * A middleware, the first of all, that answers 503 to what there is no room for.
 * @example
 * app.use(shedLoad({ shedder, priority: ({ url }) => (url === '/health' ? undefined : 'normal') }));
 */
export function shedLoad<Priority, Request extends IncomingMessage = IncomingMessage>(
  options: ShedLoadOptions<Request, Priority>,
): ExpressGuard<Request> {
  return (request, response, next) => {
    const settle = (answer: RefusedAnswer | undefined): boolean => answer === undefined || send(response, answer);
    proceed(() => shedAnswer(options, request), settle, next);
  };
}

/** Somebody else has answered meanwhile, or nobody waits for an answer any more. */
function isOver(response: ServerResponse & SentResponse): boolean {
  return response.headersSent || isLeft(response);
}

/**
 * A middleware that gives a request a deadline, `request.deadline`, for its handler and whatever that calls: it is told, and
 * nothing is answered for it.
 * @throws `MILLRACE_CORE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.use(setDeadline({ ms: 5_000 }));
 * app.get('/prices', async ({ deadline }, response) => response.json(await prices({ signal: deadline.signal })));
 */
export function setDeadline<Request extends IncomingMessage = IncomingMessage>(
  options: SetDeadlineOptions<Request>,
): ExpressGuard<Request> {
  const start = createDeadlines(options);
  return (request, response, next) => {
    const settle = (deadline: RequestDeadline): boolean => {
      (request as { deadline?: RequestDeadline }).deadline = deadline;
      return true;
    };
    proceed(() => deadlineUntilClose(response, (gone) => start(request, gone)), settle, next);
  };
}

/** Beside what a limit before this one has said. */
function setHeaders(response: ServerResponse, headers: RefusedAnswer['headers']): void {
  for (const [name, value] of headers) response.setHeader(name, joinHeader(name, response.getHeader(name), value));
}

function send(response: ServerResponse, { status, headers, body }: RefusedAnswer): false {
  response.statusCode = status;
  setHeaders(response, headers);
  response.end(body);
  return false;
}
