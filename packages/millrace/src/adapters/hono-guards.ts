import type { RefusedAnswer } from '../ratelimit/index.ts';
import { GONE } from './guard/answer.ts';
import { type AuthenticateOptions, createAuthenticator } from './guard/authenticate.ts';
import { createDeadlines, type SetDeadlineOptions } from './guard/deadline.ts';
import { joinHeader } from './guard/limit-headers.ts';
import { type LimitRateOptions, RateGuard, type RequestFacts } from './guard/limit-rate.ts';
import { type ShedLoadOptions, shedAnswer } from './guard/shed-load.ts';

/** What is used of a Hono context. */
export interface GuardedContext {
  readonly req: {
    readonly raw: { readonly signal: AbortSignal };
    readonly method: string;
    readonly path: string;
    header(name: string): string | undefined;
  };
  get res(): Response;
  /** What the server hands over; under Node the request of `node:http` is in it. */
  readonly env: unknown;
  set(name: 'user' | 'deadline', value: unknown): void;
  header(name: string, value: string): void;
  body(data: string, status?: number, headers?: Record<string, string>): Response;
}

/** A middleware of Hono 4. */
export type HonoGuard<Context> = (context: Context, next: () => Promise<void>) => Promise<Response | undefined>;

/**
 * A middleware that lets nobody in whose bearer token is not good, and sets the variable `user`. Refusals are problem
 * documents with a challenge; what is the service's own error goes to `app.onError`.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.use('/api/*', authenticate({ tokens }));
 */
export function authenticate<Identity extends object, Context extends GuardedContext = GuardedContext>(
  options: AuthenticateOptions<Identity>,
): HonoGuard<Context> {
  const find = createAuthenticator(options);
  return async (context, next) => {
    const asked = find(context.req.header('authorization'), socketOf(context), () => factsOf(context));
    const found = await asked;
    if (asked instanceof Promise && isGone(context)) return send(context, GONE);
    if (found.answer !== undefined) return send(context, found.answer);
    context.set('user', found.identity);
    await next();
    return undefined;
  };
}

/**
 * A middleware that limits requests; behind {@link authenticate} where `key` needs to know who asks. The peer's address is
 * known under Node; elsewhere give a `key`, or a `network` with `trustedHops`.
 * @throws `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.use(limitRate({ limiter, key: (context: Context<Env>) => ['user', context.get('user').id] }));
 */
export function limitRate<Context extends GuardedContext = GuardedContext>(
  options: LimitRateOptions<Context>,
): HonoGuard<Context> {
  const guard = new RateGuard(options);
  return async (context, next) => {
    const asked = guard.judge(context, factsOf(context));
    const { answer, headers, ended } = await asked;
    if (asked instanceof Promise && isGone(context)) return send(context, GONE);
    if (answer !== undefined) return send(context, answer);
    // Who hangs up before the answer gets nothing back.
    const end = ended && ((status: number) => isGone(context) || ended(status));
    await next().catch((error: unknown) => {
      end?.(500);
      throw error;
    });
    // What a limit behind this one has said stands.
    const { headers: said } = context.res;
    for (const [name, value] of headers) {
      const inner = said.get(name);
      context.header(name, inner === null ? value : joinHeader(name, value, inner));
    }
    end?.(context.res.status);
    return undefined;
  };
}

/**
 * A middleware, the first of all, that answers 503 to what there is no room for.
 * @example
 * app.use(shedLoad({ shedder, priority: ({ req }) => (req.path === '/health' ? undefined : 'normal') }));
 */
export function shedLoad<Priority, Context extends GuardedContext = GuardedContext>(
  options: ShedLoadOptions<Context, Priority>,
): HonoGuard<Context> {
  return async (context, next) => {
    const answer = shedAnswer(options, context);
    if (answer !== undefined) return send(context, answer);
    await next();
    return undefined;
  };
}

/**
 * A middleware that gives a request a deadline, the variable `deadline`, until its response is made, for its handler and
 * whatever that calls: it is told, and nothing is answered for it.
 * @throws `MILLRACE_CORE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * app.use(setDeadline({ ms: 5_000 }));
 * app.get('/prices', async (context) => context.json(await prices({ signal: context.get('deadline').signal })));
 */
export function setDeadline<Context extends GuardedContext = GuardedContext>(
  options: SetDeadlineOptions<Context>,
): HonoGuard<Context> {
  const start = createDeadlines(options);
  return async (context, next) => {
    const deadline = start(context, context.req.raw.signal);
    context.set('deadline', deadline);
    await next().finally(() => deadline.close());
    return undefined;
  };
}

/** What the adapter of Hono for Node hands over. */
function socketOf({ env }: GuardedContext): { readonly remoteAddress?: string } | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  return incoming?.socket;
}

function factsOf(context: GuardedContext): RequestFacts {
  return { peerAddress: socketOf(context)?.remoteAddress, header: (name) => context.req.header(name) };
}

function isGone({ req }: GuardedContext): boolean {
  return req.raw.signal.aborted;
}

function send(context: GuardedContext, { status, headers, body }: RefusedAnswer): Response {
  return context.body(body, status, Object.fromEntries(headers));
}
