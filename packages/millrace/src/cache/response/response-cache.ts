import { answerTo, conditionsOf } from './conditional.ts';
import { Exchange } from './exchange.ts';
import { askerOf, isBypass, keyOf } from './request-key.ts';
import { type CacheResponseOptions, type ResponsePlan, toResponsePlan } from './response-options.ts';
import { ResponseReports } from './response-reports.ts';
import type { Produced, Reply, ServiceRequest } from './service-exchange.ts';
import { bytesOf, isStored, toResponse } from './stored-response.ts';

/** Whole answers kept, for one kind of them. */
export interface ResponseCache<Source extends object> {
  /** Larger bodies are not stored, so there is no need to look at more of one, in bytes. */
  readonly maxBodyBytes: number;
  /**
   * Answers from the cache, or lets the handler answer: at most once a request, also when many ask for the same, and
   * never with what is another's. At once and without a promise when the answer is at hand.
   * @param source the framework's own request: what `vary.user` and `tags` are given
   * @param produce runs the handler, without the client's conditions (`If-None-Match`, `If-Modified-Since`), and waits for its
   *   whole answer. Not called for a request that goes past the cache: then the reply has no response, and the handler is to go on.
   * @param detached says that the handler may go on after its request has been answered, so that nobody waits for a refresh
   * @throws (rejects) what `produce` throws, for who asked it and for those who wait for the same; `MILLRACE_CACHE_ORIGIN_FAILING`
   */
  respond(
    request: ServiceRequest,
    source: Source,
    produce: () => Produced | Promise<Produced>,
    detached?: boolean,
  ): Reply | Promise<Reply>;
}

/**
 * Keeps whole answers of a service, under everything that they depend on. This is the part that knows no framework;
 * `millrace/fastify`, `millrace/express`, `millrace/hono` and `millrace/web` bind it to one.
 *
 * Safe as it is: only GET and HEAD without a body; a request with credentials, a session or an identity, found out before
 * the handler or by it, only under an id of its own (`vary.user`) or when the answers are said to be for everybody (`shared`);
 * no answer that sets a cookie, forbids it in `Cache-Control`, varies by a header that is not listed, is streamed, too large,
 * or from 500 up.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const cache = createCache({ name: 'answers', maxEntries: 10_000 });
 * const responses = cacheResponse<MyRequest>({
 *   cache,
 *   ttlMs: 60_000,
 *   vary: { user: (request) => request.session?.userId },
 *   tags: (request) => [`user:${request.session?.userId}`],
 * });
 * const { response } = await responses.respond(toServiceRequest(request), request, () => runHandler(request));
 * await cache.invalidateTags(['user:42']); // after the commit that changed what the answers show
 */
export function cacheResponse<Source extends object>(options: CacheResponseOptions<Source>): ResponseCache<Source> {
  return new SafeResponseCache(toResponsePlan(options));
}

/** Requests whose handler runs inside one cache already: a second one around it would wait for itself. */
const INSIDE = new WeakSet<object>();

class SafeResponseCache<Source extends object> implements ResponseCache<Source> {
  readonly #plan: ResponsePlan<Source>;
  readonly #reports: ResponseReports;

  constructor(plan: ResponsePlan<Source>) {
    this.#plan = plan;
    this.#reports = new ResponseReports(plan);
  }

  get maxBodyBytes(): number {
    return this.#plan.maxBodyBytes;
  }

  respond(
    request: ServiceRequest,
    source: Source,
    produce: () => Produced | Promise<Produced>,
    detached = false,
  ): Reply | Promise<Reply> {
    const [plan, reports] = [this.#plan, this.#reports];
    if (INSIDE.has(source)) return reports.goOn('bypassed', 'nested');
    const asker = askerOf(request, source, plan);
    const key = keyOf(request, asker, plan);
    if (isBypass(key)) return reports.goOn('bypassed', key.reason);
    if (request.method === 'HEAD') return this.#head(request, plan.cache.get<unknown>(key));
    const inside = (): Produced | Promise<Produced> => {
      INSIDE.add(source);
      return produce();
    };
    const isSameAsker = (): boolean => askerOf(request, source, plan) === asker;
    const conditions = conditionsOf(request);
    return new Exchange({ key, source, conditions, produce: inside, isSameAsker, detached, plan, reports }).run();
  }

  /** From the answer to a GET; a handler's own answer to HEAD is not one to store. */
  #head(request: ServiceRequest, found: unknown): Reply {
    if (!isStored(found)) return this.#reports.goOn('bypassed', 'method');
    const response = answerTo(conditionsOf(request), toResponse(found, this.#plan.clock.wallNow()));
    if (response.status === 304) return this.#reports.reply('hit', '', response);
    const headers = new Map(response.headers).set('content-length', String(bytesOf(response.body)));
    return this.#reports.reply('hit', '', { ...response, headers });
  }
}
