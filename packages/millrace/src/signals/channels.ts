import {
  type AuthCheckSignal,
  type AuthHashSignal,
  type AuthLoginSignal,
  type AuthRevocationSignal,
  authCheck,
  authHash,
  authLogin,
  authRevocation,
} from './auth.ts';
import {
  type CacheGetSignal,
  type CacheInvalidateSignal,
  type CacheLoadSignal,
  type CacheRespondSignal,
  cacheGet,
  cacheInvalidate,
  cacheLoad,
  cacheRespond,
} from './cache.ts';
import type { Channel } from './channel.ts';
import {
  type RateCheckSignal,
  type RateHittersSignal,
  type RateShedSignal,
  rateCheck,
  rateHitters,
  rateShed,
} from './ratelimit.ts';

/** The payload of every channel of this package, by the channel's name. */
export interface ChannelPayloads {
  readonly 'millrace.auth.check': AuthCheckSignal;
  readonly 'millrace.auth.hash': AuthHashSignal;
  readonly 'millrace.auth.login': AuthLoginSignal;
  readonly 'millrace.auth.revocation': AuthRevocationSignal;
  readonly 'millrace.cache.get': CacheGetSignal;
  readonly 'millrace.cache.invalidate': CacheInvalidateSignal;
  readonly 'millrace.cache.load': CacheLoadSignal;
  readonly 'millrace.cache.respond': CacheRespondSignal;
  readonly 'millrace.ratelimit.check': RateCheckSignal;
  readonly 'millrace.ratelimit.hitters': RateHittersSignal;
  readonly 'millrace.ratelimit.shed': RateShedSignal;
}

/** Every channel of this package by its name: where an observer of all of them starts. */
export const CHANNELS: { readonly [Name in keyof ChannelPayloads]: Channel<ChannelPayloads[Name]> } = Object.freeze({
  'millrace.auth.check': authCheck,
  'millrace.auth.hash': authHash,
  'millrace.auth.login': authLogin,
  'millrace.auth.revocation': authRevocation,
  'millrace.cache.get': cacheGet,
  'millrace.cache.invalidate': cacheInvalidate,
  'millrace.cache.load': cacheLoad,
  'millrace.cache.respond': cacheRespond,
  'millrace.ratelimit.check': rateCheck,
  'millrace.ratelimit.hitters': rateHitters,
  'millrace.ratelimit.shed': rateShed,
});
