import { type CacheResponseOptions, cacheResponse as createResponses, type Produced } from '../cache/index.ts';
import { fromHeaders, giveUp, type SeenResponse, seeResponse, toWebResponse, withCacheStatus } from './web-body.ts';
import { originalOf, toServiceRequest, withoutConditions } from './web-request.ts';

export type { AuthenticateOptions } from './guard/authenticate.ts';
export type { RequestDeadline, SetDeadlineOptions } from './guard/deadline.ts';
export type { LimitRateOptions } from './guard/limit-rate.ts';
export type { RefusalOptions } from './guard/refusals.ts';
export type { Shedder, ShedLoadOptions } from './guard/shed-load.ts';
export { authenticate, limitRate, type PeerAddress, setDeadline, shedLoad, type WebGuard } from './web-guards.ts';
export { deadlineOf, userOf } from './web-request.ts';

/** Answers a request, or lets `next` answer it. `next` gets the request without the client's conditions (`If-None-Match`). */
export type WebMiddleware = (
  request: Request,
  next: (request: Request) => Response | Promise<Response>,
) => Promise<Response>;

/**
 * Keeps the answers of any handler that takes a `Request` and gives a `Response`; see `cacheResponse` of `millrace/cache` for
 * what is stored and what is not. Past its TTL an answer is given at once while a new one is made behind.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const cache = createCache({ name: 'answers', ttlMs: 60_000 });
 * const cached = cacheResponse({ cache, shared: true, staleWhileRevalidateMs: 30_000, tags: ['products'] });
 * const serve = (request: Request): Promise<Response> =>
 *   cached(request, async () => Response.json(await listProducts()));
 */
export function cacheResponse(options: CacheResponseOptions<Request>): WebMiddleware {
  const responses = createResponses<Request>(options);
  return async (request, next) => {
    let seen: SeenResponse | undefined;
    let isAnswered = false;
    const produce = async (): Promise<Produced> => {
      seen = await seeResponse(await next(withoutConditions(request)), responses.maxBodyBytes);
      if (isAnswered) giveUp(seen);
      return { response: seen.whole, before: fromHeaders(new Headers()) };
    };
    const source = originalOf(request);
    const { response, cacheStatus } = await responses.respond(toServiceRequest(request), source, produce, true);
    if (response !== undefined) {
      isAnswered = true;
      giveUp(seen);
      return toWebResponse(request.method === 'HEAD' ? { ...response, body: null } : response);
    }
    const own = seen?.response ?? (await next(request));
    return cacheStatus === undefined ? own : withCacheStatus(own, cacheStatus);
  };
}
