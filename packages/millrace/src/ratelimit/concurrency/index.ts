export {
  type ConcurrencyLimiter,
  type ConcurrencyLimiterOptions,
  type ConcurrencyLimiterStats,
  type ConcurrencySlot,
  createConcurrencyLimiter,
} from './concurrency-limiter.ts';
export {
  createSharedConcurrencyLimiter,
  type SharedConcurrencyLimiter,
  type SharedConcurrencyLimiterOptions,
  type SharedConcurrencyLimiterStats,
  type SharedConcurrencySlot,
} from './shared-concurrency-limiter.ts';
