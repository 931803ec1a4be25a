import {
  type ClientNetwork,
  defineClientNetwork,
  type LeasedRateLimiter,
  type RateDecision,
  type RateKey,
  type RateLimiter,
  type SharedRateLimiter,
  tooManyRequests,
} from '../../ratelimit/index.ts';
import type { Authenticated } from './authenticate.ts';
import type { RequestFacts } from './limit-rate.ts';

/** How many bad tokens a network may send. */
export interface RefusalOptions {
  /**
   * Counts tokens that were refused, by the key `['network', network]` that `limitRate` has without a `key`: one limiter may
   * do for both.
   */
  readonly limiter: RateLimiter | SharedRateLimiter | LeasedRateLimiter;
  /** Tells the client's network. Default: the peer of the connection, no header is believed. */
  readonly network?: ClientNetwork;
}

/** These were issued once: whoever sends them guesses nothing, and his neighbours must not pay for a tab left open. */
const ISSUED: readonly unknown[] = [
  'MILLRACE_AUTH_TOKEN_EXPIRED',
  'MILLRACE_AUTH_TOKEN_EARLY',
  'MILLRACE_AUTH_TOKEN_REVOKED',
];

/** Whether an error, of status 401, is about a token that may be a guess. */
export function isGuess(code: unknown): boolean {
  return !ISSUED.includes(code);
}

/** Looks at no token of a network that has sent too many bad ones. */
export class RefusalLimit {
  readonly #limiter: RefusalOptions['limiter'];
  readonly #network: ClientNetwork;

  constructor({ limiter, network }: RefusalOptions) {
    this.#limiter = limiter;
    this.#network = network ?? defineClientNetwork();
  }

  /** What `look` finds, should there be anything left; what was refused is counted after it, so that good tokens never are. */
  judge<Identity>(
    { peerAddress, header }: RequestFacts,
    look: () => Authenticated<Identity> | Promise<Authenticated<Identity>>,
  ): Authenticated<Identity> | Promise<Authenticated<Identity>> {
    const key = ['network', this.#network.of(peerAddress, header(this.#network.header))];
    const goOn = (left: RateDecision): Authenticated<Identity> | Promise<Authenticated<Identity>> => {
      if (!left.allowed) return { answer: tooManyRequests(left, { rules: this.#limiter.rules }) };
      const found = look();
      return found instanceof Promise ? found.then((late) => this.#count(key, late)) : this.#count(key, found);
    };
    const left: RateDecision | Promise<RateDecision> = this.#limiter.peek(key);
    return left instanceof Promise ? left.then(goOn) : goOn(left);
  }

  #count<Identity>(
    key: RateKey,
    found: Authenticated<Identity>,
  ): Authenticated<Identity> | Promise<Authenticated<Identity>> {
    if (!found.isGuess) return found;
    const counted = this.#limiter.check(key);
    return counted instanceof Promise ? counted.then(() => found) : found;
  }
}
