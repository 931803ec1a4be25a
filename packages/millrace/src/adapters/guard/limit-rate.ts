import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import {
  type ClientNetwork,
  defineClientNetwork,
  type Exemptions,
  type HttpHeader,
  type LeasedRateLimiter,
  type RateDecision,
  type RateKey,
  type RateLimiter,
  type RefusedAnswer,
  rateLimitHeaders,
  type SharedRateLimiter,
  tooManyRequests,
} from '../../ratelimit/index.ts';

/** What `limitRate` takes. */
export interface LimitRateOptions<Request> {
  /** In memory, shared through Redis, or leased from it. */
  readonly limiter: RateLimiter | SharedRateLimiter | LeasedRateLimiter;
  /**
   * Whose budget a request takes from; undefined: it is not limited, as for a health check. Default: the client's network, by
   * `network`.
   */
  readonly key?: (request: Request) => RateKey | undefined;
  /** Tells the client's network where there is no `key`. Default: the peer of the connection, no header is believed. */
  readonly network?: ClientNetwork;
  /** What a request costs, in whole units; default 1. */
  readonly cost?: (request: Request) => number;
  /** Whether an answer of this status gives the cost back, e.g. `(status) => status >= 500`. Default: none does. */
  readonly refund?: (status: number) => boolean;
  /** Which headers are sent; default `draft`. */
  readonly style?: 'draft' | 'legacy' | 'both';
  /** Signed exemptions that are honoured; default: none. */
  readonly exemptions?: Exemptions;
}

/** What is looked at where there is no `key`. */
export interface RequestFacts {
  readonly peerAddress: string | undefined;
  header(name: string): string | undefined;
}

/** What a request is told: the headers of an answer that is let through, or the answer itself. */
export interface RateVerdict {
  readonly headers: readonly HttpHeader[];
  readonly answer: RefusedAnswer | undefined;
  /** Called with the status of the answer, once; undefined where nothing can be given back. */
  readonly ended: ((status: number) => void) | undefined;
}

const OPTIONS: OptionNames<LimitRateOptions<unknown>> = {
  limiter: true,
  key: true,
  network: true,
  cost: true,
  refund: true,
  style: true,
  exemptions: true,
};
const UNLIMITED: RateVerdict = { headers: [], answer: undefined, ended: undefined };

/** The part of `limitRate` that knows no framework: a verdict at once from a limiter in memory. */
export class RateGuard<Request> {
  readonly #options: LimitRateOptions<Request>;
  readonly #network: ClientNetwork;

  /** @throws `MILLRACE_CORE_OPTION_UNKNOWN` */
  constructor(options: LimitRateOptions<Request>) {
    checkOptionNames('limitRate', options, OPTIONS);
    this.#options = options;
    this.#network = options.network ?? defineClientNetwork();
  }

  /** Counts a request. @throws what `key` and `cost` throw, and the limiter's words for a bad key or cost */
  judge(request: Request, facts: RequestFacts): RateVerdict | Promise<RateVerdict> {
    const { limiter, exemptions, cost } = this.#options;
    if (exemptions?.judge(facts.header(exemptions.header), limiter.name).exempt) return UNLIMITED;
    const key = this.#keyOf(request, facts);
    if (key === undefined) return UNLIMITED;
    const decision: RateDecision | Promise<RateDecision> = limiter.check(key, cost?.(request) ?? 1);
    if (decision instanceof Promise) return decision.then((late) => this.#verdict(key, late));
    return this.#verdict(key, decision);
  }

  #keyOf(request: Request, { peerAddress, header }: RequestFacts): RateKey | undefined {
    const { key } = this.#options;
    if (key !== undefined) return key(request);
    return ['network', this.#network.of(peerAddress, header(this.#network.header))];
  }

  #verdict(key: RateKey, decision: RateDecision): RateVerdict {
    const { limiter, style = 'draft', refund } = this.#options;
    const how = { rules: limiter.rules, style };
    if (!decision.allowed) return { headers: [], answer: tooManyRequests(decision, how), ended: undefined };
    const ended = refund && ((status: number) => void (refund(status) && this.#giveBack(key, decision)));
    return { headers: rateLimitHeaders(decision, how), answer: undefined, ended };
  }

  #giveBack(key: RateKey, decision: RateDecision): void {
    const done = this.#options.limiter.refund(key, decision as never);
    if (done instanceof Promise) done.catch(() => {}); // What is not given back ends by itself.
  }
}
