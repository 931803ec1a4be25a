/** How much anybody may ask for: limits that never let too much through, decided without waiting. @module */
export { checkSharedTogether, checkTogether, type JointDecision, type RateAsk } from './check-together.ts';
export {
  type ConcurrencyLimiter,
  type ConcurrencyLimiterOptions,
  type ConcurrencyLimiterStats,
  type ConcurrencySlot,
  createConcurrencyLimiter,
  createSharedConcurrencyLimiter,
  type SharedConcurrencyLimiter,
  type SharedConcurrencyLimiterOptions,
  type SharedConcurrencyLimiterStats,
  type SharedConcurrencySlot,
} from './concurrency/index.ts';
export { RATELIMIT_ERRORS, type RateLimitErrorCode } from './errors.ts';
export {
  type ClientNetwork,
  type ClientNetworkOptions,
  defineClientNetwork,
  defineExemptions,
  type ExemptionOptions,
  type ExemptionScope,
  type Exemptions,
  type ExemptionVerdict,
  type HttpHeader,
  type RateLimitHeaderOptions,
  type RefusedAnswer,
  rateLimitHeaders,
  tooManyRequests,
} from './http/index.ts';
export {
  createLeasedRateLimiter,
  type LeasedRateDecision,
  type LeasedRateLimiter,
  type LeasedRateLimiterOptions,
  type LeasedRateLimiterStats,
} from './leases/index.ts';
export type { BanRule, HeavyHitterOptions } from './policy/index.ts';
export type { RateDecision } from './rate-decision.ts';
export type { RateKey } from './rate-key.ts';
export { createRateLimiter, type RateLimiter, type RateLimiterOptions, type RateLimiterStats } from './rate-limiter.ts';
export type { RateRule } from './rate-rule.ts';
export {
  createSharedRateLimiter,
  type SharedRateDecision,
  type SharedRateLimiter,
  type SharedRateLimiterOptions,
  type SharedRateLimiterStats,
} from './shared-rate-limiter.ts';
export {
  createLoadShedder,
  type LoadDecision,
  type LoadPriority,
  type LoadShedder,
  type LoadShedderOptions,
  type LoadShedderStats,
} from './shedding/index.ts';
