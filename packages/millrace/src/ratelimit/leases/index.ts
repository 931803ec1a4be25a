export {
  createLeasedRateLimiter,
  type LeasedRateDecision,
  type LeasedRateLimiter,
  type LeasedRateLimiterOptions,
  type LeasedRateLimiterStats,
} from './leased-rate-limiter.ts';
