export {
  type ConcurrencyLimiter,
  type ConcurrencyLimiterOptions,
  type ConcurrencyLimiterStats,
  type ConcurrencySlot,
  createConcurrencyLimiter,
} from './concurrency-limiter.ts';
