import { RATELIMIT_ERRORS, type RefusedAnswer } from '../ratelimit/index.ts';
import { GONE } from './guard/answer.ts';
import { type AuthenticateOptions, createAuthenticator } from './guard/authenticate.ts';
import { createDeadlines, type SetDeadlineOptions } from './guard/deadline.ts';
import { joinHeader } from './guard/limit-headers.ts';
import { type LimitRateOptions, RateGuard, type RequestFacts } from './guard/limit-rate.ts';
import { type ShedLoadOptions, shedAnswer } from './guard/shed-load.ts';
import { noteDeadline, setUser } from './web-request.ts';

/** Tells the address of a request's connection, where the server says it. */
export type PeerAddress = (request: Request) => string | undefined;

/** Answers a request, or lets `next` answer it. */
export type WebGuard = (
  request: Request,
  next: (request: Request) => Response | Promise<Response>,
) => Promise<Response>;

/**
 * Lets nobody in whose bearer token is not good; {@link userOf} then tells who it is. Refusals are problem documents with a
 * challenge; what is the service's own error rejects.
 * @param peerAddress needed for `refusals` without a `network`
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`, `MILLRACE_RATELIMIT_OPTION_INVALID` where `refusals` cannot tell networks apart
 * @example
 * const authenticated = authenticate({ tokens });
 * // app/api/orders/route.ts of Next.js
 * export const GET = (request: Request) =>
 *   authenticated(request, () => Response.json(ordersOf(userOf<User>(request))));
 */
export function authenticate<Identity extends object>(
  options: AuthenticateOptions<Identity>,
  peerAddress?: PeerAddress,
): WebGuard {
  if (options.refusals !== undefined) checkSource('refusals', options.refusals, peerAddress);
  const find = createAuthenticator(options);
  return async (request, next) => {
    const asked = find(headerOf(request, 'authorization'), undefined, () => factsOf(request, peerAddress));
    const found = await asked;
    if (asked instanceof Promise && request.signal.aborted) return toResponse(GONE);
    if (found.answer !== undefined) return toResponse(found.answer);
    if (found.identity !== undefined) setUser(request, found.identity);
    return next(request);
  };
}

/**
 * Limits requests. A web request does not say where it comes from: give a `key`, a `network` with `trustedHops`, or
 * `peerAddress`.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`, `MILLRACE_RATELIMIT_OPTION_INVALID` where none of them is given
 * @example
 * const network = defineClientNetwork({ trustedHops: 1 });
 * const limited = limitRate({ limiter, network });
 * export const GET = (request: Request) => limited(request, () => Response.json(prices()));
 */
export function limitRate(options: LimitRateOptions<Request>, peerAddress?: PeerAddress): WebGuard {
  checkSource('key', options, peerAddress);
  const guard = new RateGuard(options);
  return async (request, next) => {
    const asked = guard.judge(request, factsOf(request, peerAddress));
    const { answer, headers, ended } = await asked;
    if (asked instanceof Promise && request.signal.aborted) return toResponse(GONE);
    if (answer !== undefined) return toResponse(answer);
    // Who hangs up before the answer gets nothing back.
    const end = ended && ((status: number) => request.signal.aborted || ended(status));
    const response = await answered(() => next(request), end);
    return headers.length === 0 ? response : withHeaders(response, headers);
  };
}

/**
 * Answers 503 to what there is no room for.
 * @example
 * const shed = shedLoad({ shedder, priority: () => 'normal' });
 * export const GET = (request: Request) => shed(request, () => Response.json(prices()));
 */
export function shedLoad<Priority>(options: ShedLoadOptions<Request, Priority>): WebGuard {
  return async (request, next) => {
    const answer = shedAnswer(options, request);
    return answer === undefined ? next(request) : toResponse(answer);
  };
}

/**
 * Gives a request a deadline, {@link deadlineOf}, until its response is made, for its handler and whatever that calls: it is
 * told, and nothing is answered for it.
 * @throws `MILLRACE_CORE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const inTime = setDeadline({ ms: 5_000 });
 * export const GET = (request: Request) =>
 *   inTime(request, async () => Response.json(await prices({ signal: deadlineOf(request)?.signal })));
 */
export function setDeadline(options: SetDeadlineOptions<Request>): WebGuard {
  const start = createDeadlines(options);
  return async (request, next) => {
    const deadline = start(request, request.signal);
    noteDeadline(request, deadline);
    try {
      return await next(request);
    } finally {
      deadline.close();
    }
  };
}

function checkSource(
  option: string,
  { key, network }: { readonly key?: unknown; readonly network?: unknown },
  peerAddress: PeerAddress | undefined,
): void {
  if (key !== undefined || network !== undefined || peerAddress !== undefined) return;
  const allowed = 'what tells clients apart: a `network` with `trustedHops`, `peerAddress`, or a `key` for a limit';
  throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_OPTION_INVALID', { option, value: 'one for everybody', allowed });
}

function headerOf(request: Request, name: string): string | undefined {
  return request.headers.get(name) ?? undefined;
}

function factsOf(request: Request, peerAddress: PeerAddress | undefined): RequestFacts {
  return { peerAddress: peerAddress?.(request), header: (name) => headerOf(request, name) };
}

/** What throws has the status that a server gives it. */
async function answered(
  next: () => Response | Promise<Response>,
  ended: ((status: number) => unknown) | undefined,
): Promise<Response> {
  try {
    const response = await next();
    ended?.(response.status);
    return response;
  } catch (error) {
    ended?.(500);
    throw error;
  }
}

/** A response that came from elsewhere has headers that cannot be changed. */
function withHeaders(response: Response, headers: RefusedAnswer['headers']): Response {
  const all = new Headers(response.headers);
  // What a limit behind this one has said stands.
  for (const [name, value] of headers) {
    const inner = all.get(name);
    all.set(name, inner === null ? value : joinHeader(name, value, inner));
  }
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers: all });
}

function toResponse({ status, headers, body }: RefusedAnswer): Response {
  return new Response(body, { status, headers: headers as [string, string][] });
}
