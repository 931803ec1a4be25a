import { RATELIMIT_ERRORS, type RefusedAnswer } from '../ratelimit/index.ts';
import { GONE } from './guard/answer.ts';
import { type AuthenticateOptions, createAuthenticator } from './guard/authenticate.ts';
import { type LimitRateOptions, RateGuard } from './guard/limit-rate.ts';
import { type ShedLoadOptions, shedAnswer } from './guard/shed-load.ts';
import { setUser } from './web-request.ts';

/** Answers a request, or lets `next` answer it. */
export type WebGuard = (
  request: Request,
  next: (request: Request) => Response | Promise<Response>,
) => Promise<Response>;

/**
 * Lets nobody in whose bearer token is not good; {@link userOf} then tells who it is. Refusals are problem documents with a
 * challenge; what is the service's own error rejects.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const authenticated = authenticate({ tokens });
 * // app/api/orders/route.ts of Next.js
 * export const GET = (request: Request) =>
 *   authenticated(request, () => Response.json(ordersOf(userOf<User>(request))));
 */
export function authenticate<Identity extends object>(options: AuthenticateOptions<Identity>): WebGuard {
  const find = createAuthenticator(options);
  return async (request, next) => {
    const asked = find(request.headers.get('authorization') ?? undefined, undefined);
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
export function limitRate(
  options: LimitRateOptions<Request>,
  peerAddress?: (request: Request) => string | undefined,
): WebGuard {
  if (options.key === undefined && options.network === undefined && peerAddress === undefined) {
    const allowed = 'a `key`, a `network` with `trustedHops`, or `peerAddress`: else everybody has one budget';
    throw RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_OPTION_INVALID', { option: 'key', value: 'none', allowed });
  }
  const guard = new RateGuard(options);
  return async (request, next) => {
    const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
    const asked = guard.judge(request, { peerAddress: peerAddress?.(request), header });
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
  for (const [name, value] of headers) all.set(name, value);
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers: all });
}

function toResponse({ status, headers, body }: RefusedAnswer): Response {
  return new Response(body, { status, headers: headers as [string, string][] });
}
