/** The names and payloads that features publish. @module */
export {
  type AuthCheckSignal,
  type AuthHashSignal,
  type AuthLoginSignal,
  type AuthRevocationSignal,
  authCheck,
  authHash,
  authLogin,
  authRevocation,
} from './auth.ts';
export {
  type CacheGetSignal,
  type CacheInvalidateSignal,
  type CacheLoadSignal,
  type CacheRespondSignal,
  cacheGet,
  cacheInvalidate,
  cacheLoad,
  cacheRespond,
} from './cache.ts';
export { type Channel, defineChannel } from './channel.ts';
export { CHANNELS, type ChannelPayloads } from './channels.ts';
export { SIGNALS_ERRORS, type SignalsErrorCode } from './errors.ts';
export {
  type RateCheckSignal,
  type RateHittersSignal,
  type RateShedSignal,
  rateCheck,
  rateHitters,
  rateShed,
} from './ratelimit.ts';
