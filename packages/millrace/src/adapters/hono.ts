import {
  type CacheResponseOptions,
  cacheResponse as createResponses,
  type Produced,
  type Reply,
  type ServiceRequest,
} from '../cache/index.ts';
import { fromHeaders, seeResponse, toBytes, toWebResponse, withCacheStatus } from './web-body.ts';
import { toServiceRequest, withoutConditions } from './web-request.ts';

export type { AuthenticateOptions } from './guard/authenticate.ts';
export type { RequestDeadline, SetDeadlineOptions } from './guard/deadline.ts';
export type { LimitRateOptions } from './guard/limit-rate.ts';
export type { RefusalOptions } from './guard/refusals.ts';
export type { Shedder, ShedLoadOptions } from './guard/shed-load.ts';
export { authenticate, type GuardedContext, type HonoGuard, limitRate, setDeadline, shedLoad } from './hono-guards.ts';

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: {
    raw: Request;
    readonly method: string;
    readonly routePath: string;
    param(): Record<string, string>;
  };
  get res(): Response;
  set res(response: Response | undefined);
  readonly var: { readonly user?: unknown; readonly jwtPayload?: unknown; readonly session?: unknown };
  body(data: Uint8Array<ArrayBuffer> | null, status?: number, headers?: Record<string, string | string[]>): Response;
}

/** A middleware of Hono 4. */
export type HonoMiddleware<Context extends HonoContext> = (
  context: Context,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/**
 * Keeps the answers of what comes after it. Put it behind what authenticates, or sets the variable `user`, and behind a
 * compressor; see `cacheResponse` of `millrace/cache` for what is stored and what is not. What came before it does its work
 * on each answer, on a stored one too. Where an answer is past its TTL, the request that makes the new one waits for it.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const cache = createCache({ name: 'answers', ttlMs: 60_000 });
 * const cached = cacheResponse({ cache, shared: true, tags: ['products'] });
 * app.get('/products', cached, async (context) => context.json(await listProducts()));
 * app.post('/products', async (context) => {
 *   await addProduct(await context.req.json());
 *   await cache.invalidateTags(['products']);
 *   return context.body(null, 201);
 * });
 */
export function cacheResponse<Context extends HonoContext = HonoContext>(
  options: CacheResponseOptions<Context>,
): HonoMiddleware<Context> {
  const responses = createResponses<Context>(options);
  return async (context, next) => {
    let asked = false;
    const produce = async (): Promise<Produced> => {
      asked = true;
      const before = fromHeaders(context.body(null).headers);
      context.req.raw = withoutConditions(context.req.raw);
      await next();
      const { whole, response } = await seeResponse(context.res, responses.maxBodyBytes);
      replaceResponse(context, response);
      return { response: whole, before };
    };
    const reply = await responses.respond(requestOf(context), context, produce);
    if (!asked && reply.response !== undefined) return toAnswer(context, reply.response);
    if (!asked) await next();
    if (reply.response !== undefined) replaceResponse(context, toWebResponse(reply.response));
    else if (reply.cacheStatus !== undefined) replaceResponse(context, withCacheStatus(context.res, reply.cacheStatus));
    return undefined;
  };
}

/** Hono lays the headers of an earlier response over those of a new one, unless it is told to forget it first. */
function replaceResponse(context: HonoContext, response: Response): void {
  context.res = undefined;
  context.res = response;
}

/** Made by Hono, so that headers set before stay. */
function toAnswer(context: HonoContext, { status, headers, body }: NonNullable<Reply['response']>): Response {
  const given: Record<string, string | string[]> = {};
  for (const [name, value] of headers) given[name] = typeof value === 'string' ? value : [...value];
  return context.body(context.req.method === 'HEAD' || status === 204 ? null : toBytes(body), status, given);
}

function requestOf(context: HonoContext): ServiceRequest {
  return {
    ...toServiceRequest(context.req.raw),
    route: context.req.routePath,
    params: context.req.param(),
    get identity() {
      const { user, jwtPayload, session } = context.var;
      return user ?? jwtPayload ?? session;
    },
  };
}
