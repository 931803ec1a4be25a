import { type Channel, defineChannel } from './channel.ts';

/** A rate limiter has decided. */
export interface RateCheckSignal {
  /** The limiter's name. */
  readonly name: string;
  /** The name of the rule that denied, for the longest if there are several; when it was allowed, of the first one; `concurrency` of a concurrency limiter. */
  readonly rule: string;
  readonly outcome: 'allowed' | 'denied';
  /** The name of the rule in shadow mode that would have denied it, if there is one. */
  readonly shadow?: string;
}

/** Which keys a rate limiter has denied most. */
export interface RateHittersSignal {
  /** The limiter's name. */
  readonly name: string;
  /** How long this was counted, in milliseconds. */
  readonly spanMs: number;
  /** All denials in that time. */
  readonly denials: number;
  /** The keys, by their hashes unless the limiter says otherwise, first the one denied most: at most `count` times, at least `count - error`. */
  readonly keys: readonly { readonly key: string; readonly count: number; readonly error: number }[];
}

/** A load shedder has refused a request. */
export interface RateShedSignal {
  /** The shedder's name. */
  readonly name: string;
  readonly priority: 'critical' | 'high' | 'normal' | 'low';
  /** What it had waited for the event loop or before it came, as far as can be told, in milliseconds. */
  readonly delayMs: number;
  /** What it would have waited in the service's own queue, in milliseconds. */
  readonly queueMs: number;
}

/** `millrace.ratelimit.check` */
export const rateCheck: Channel<RateCheckSignal> = defineChannel('millrace.ratelimit.check');

/** `millrace.ratelimit.hitters` */
export const rateHitters: Channel<RateHittersSignal> = defineChannel('millrace.ratelimit.hitters');

/** `millrace.ratelimit.shed` */
export const rateShed: Channel<RateShedSignal> = defineChannel('millrace.ratelimit.shed');
