import { type Channel, defineChannel } from './channel.ts';

/** A rate limiter has decided. */
export interface RateCheckSignal {
  /** The limiter's name. */
  readonly name: string;
  /** The name of the rule that denied, for the longest if there are several; when it was allowed, of the first one. */
  readonly rule: string;
  readonly outcome: 'allowed' | 'denied';
}

/** `millrace.ratelimit.check` */
export const rateCheck: Channel<RateCheckSignal> = defineChannel('millrace.ratelimit.check');
