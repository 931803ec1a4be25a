import {
  type CacheResponseOptions,
  cacheResponse as createResponses,
  type Produced,
  type Reply,
} from '../cache/index.ts';
import {
  type FastifyReply,
  type FastifyRequest,
  putRight,
  replaceAnswer,
  toServiceRequest,
  toServiceResponse,
} from './fastify-exchange.ts';
import { toHeaders } from './node-headers.ts';

export type { FastifyReply, FastifyRequest } from './fastify-exchange.ts';
export {
  authenticate,
  type FastifyHook,
  type GuardedReply,
  type GuardedRequest,
  limitRate,
  setDeadline,
  shedLoad,
} from './fastify-guards.ts';
export type { AuthenticateOptions } from './guard/authenticate.ts';
export type { RequestDeadline, SetDeadlineOptions } from './guard/deadline.ts';
export type { LimitRateOptions } from './guard/limit-rate.ts';
export type { RefusalOptions } from './guard/refusals.ts';
export type { Shedder, ShedLoadOptions } from './guard/shed-load.ts';

/** Two hooks of a Fastify route, which work together: spread them into its options. */
export interface FastifyResponseCache<Request extends FastifyRequest> {
  /** Answers from the cache. The last of the route's, behind whatever authenticates. */
  preHandler(request: Request, reply: FastifyReply, done: (error?: Error) => void): void;
  /**
   * Sees what the handler answered, serialized. Of the route, it comes after the hooks of the plugins; added with
   * `app.addHook('onSend', …)` before a plugin that compresses, it comes before. It may stand in both places.
   */
  onSend(
    request: Request,
    reply: FastifyReply,
    payload: unknown,
    done: (error?: Error | null, payload?: unknown) => void,
  ): void;
}

type Done = (error?: Error | null, payload?: unknown) => void;

/** What one hook leaves for the other. */
type Under =
  | { readonly kind: 'replayed'; readonly reply: Reply }
  | { readonly kind: 'handled'; readonly see: (payload: unknown) => boolean; readonly decided: Promise<Reply> };

/**
 * Keeps the answers of a route; see `cacheResponse` of `millrace/cache` for what is stored and what is not. What is kept is
 * what Fastify serialized; hooks that come later see a stored answer as they see a new one. Where an answer is past its TTL,
 * the request that makes the new one waits for it.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const cache = createCache({ name: 'answers', ttlMs: 60_000 });
 * const cached = cacheResponse({ cache, shared: true, tags: ['products'] });
 * app.addHook('onSend', cached.onSend); // only where a plugin compresses: before it is registered
 * app.get('/products', { ...cached }, () => listProducts());
 * app.post('/products', async (request, reply) => {
 *   await addProduct(request.body);
 *   await cache.invalidateTags(['products']);
 *   return reply.code(201).send();
 * });
 */
export function cacheResponse<Request extends FastifyRequest = FastifyRequest>(
  options: CacheResponseOptions<Request>,
): FastifyResponseCache<Request> {
  const hooks = new ResponseHooks<Request>(options);
  return {
    preHandler: (request, reply, done) => hooks.ask(request, reply, done),
    onSend: (request, reply, payload, done) => hooks.see(request, reply, payload, done),
  };
}

class ResponseHooks<Request extends FastifyRequest> {
  readonly #responses;
  readonly #under = new WeakMap<object, Under>();

  constructor(options: CacheResponseOptions<Request>) {
    this.#responses = createResponses<Request>(options);
  }

  ask(request: Request, reply: FastifyReply, done: (error?: Error) => void): void {
    const decided = Promise.withResolvers<Reply>();
    let asked = false;
    const produce = (): Promise<Produced> => {
      asked = true;
      const produced = this.#await(request, reply, decided.promise);
      done();
      return produced;
    };
    const answer = (given: Reply): void => {
      if (asked) decided.resolve(given);
      else this.#answer(request, reply, given, done);
    };
    const given = this.#responses.respond(toServiceRequest(request), request, produce);
    if (given instanceof Promise) given.then(answer).catch(done);
    else answer(given);
  }

  see(request: Request, reply: FastifyReply, payload: unknown, done: Done): void {
    const under = this.#under.get(request);
    this.#under.delete(request);
    if (under?.kind === 'replayed') done(null, putRight(reply, under.reply, payload));
    // A stream must find its reader at once.
    else if (under === undefined || !under.see(payload)) done();
    else under.decided.then((given) => done(null, replaceAnswer(reply, given, payload))).catch(done);
  }

  /** Lets the handler go on; its answer comes by the other hook, or, when it is sent past that, not at all. */
  #await(request: Request, reply: FastifyReply, decided: Promise<Reply>): Promise<Produced> {
    const { promise, resolve } = Promise.withResolvers<Produced>();
    const before = toHeaders(reply.getHeaders());
    const see = (payload: unknown): boolean => {
      const response = toServiceResponse(reply, payload);
      resolve({ response, before });
      return response !== undefined;
    };
    this.#under.set(request, { kind: 'handled', see, decided });
    const isPast = (): void => resolve({ response: undefined, before });
    reply.raw.once('finish', isPast);
    // Who only lost the client may still answer, for others.
    reply.raw.once('close', () => reply.sent && isPast());
    // Asked without them, the handler gives the whole answer, which is what is stored.
    delete request.headers['if-none-match'];
    delete request.headers['if-modified-since'];
    return promise;
  }

  /** The handler has not been asked. */
  #answer(request: Request, reply: FastifyReply, given: Reply, done: () => void): void {
    const { response, cacheStatus } = given;
    if (response === undefined) {
      if (cacheStatus !== undefined) reply.header('cache-status', cacheStatus);
      done();
      return;
    }
    this.#under.set(request, { kind: 'replayed', reply: given });
    reply.code(response.status);
    for (const [name, value] of response.headers) reply.header(name, value);
    reply.send(response.body ?? undefined);
  }
}
