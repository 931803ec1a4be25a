/** Values kept in memory and shared between processes, never older than the last invalidation. @module */
export type { AdaptiveTtl } from './adaptive-ttl.ts';
export {
  type Cache,
  type CacheStats,
  type CacheView,
  createCache,
  type LoadFunction,
  type LoadManyFunction,
} from './cache.ts';
export type { CacheKey } from './cache-key.ts';
export type { CacheOptions, EvictionPolicy } from './cache-options.ts';
export type { PatternStats } from './cache-statistics.ts';
export {
  type CodecOptions,
  type CodecStats,
  type Compression,
  createMsgpackrSerializer,
  createValueCodec,
  type DecodedValue,
  type EncryptionKeys,
  type ReadRefusal,
  type Serializer,
  type StandardSchema,
  type StandardSchemaResult,
  type ValueCheck,
  type ValueCodec,
  type WriteRefusal,
} from './codec/index.ts';
export type { EntryOptions } from './entry-options.ts';
export { CACHE_ERRORS, type CacheErrorCode } from './errors.ts';
export type {
  AppendedState,
  LogEntry,
  LogRead,
  LogSource,
  LogState,
  Place,
  PlacedEntry,
  TagPosition,
} from './log/index.ts';
export {
  type CacheAdmin,
  type CacheAdminOptions,
  type CacheClearReport,
  type CacheReport,
  type ClearBounds,
  type ClearReport,
  type ClearTarget,
  createCacheAdmin,
  type ReadReport,
} from './management/index.ts';
export type { LoadContext, StoreHints } from './origin.ts';
export {
  type CacheResponseOptions,
  cacheResponse,
  type HeaderValue,
  type Produced,
  type Reply,
  type ResponseCache,
  type ResponseHeaders,
  type ResponseVary,
  type ServiceRequest,
  type ServiceResponse,
} from './response/index.ts';
export type { FoundValue, Lease, SharedStore, SharedValue, Taken } from './shared/index.ts';
export {
  createRedisTier,
  type RedisTierOptions,
  type SharedTier,
  type SharedTierBounds,
  type SharedTierNeeds,
} from './shared-tier.ts';
export type { Sharing } from './sharing.ts';
export { TTL_POLICIES, type TtlPolicy, type TtlPolicyName } from './ttl-policies.ts';
export {
  createWarmUp,
  type WarmUp,
  type WarmUpKeys,
  type WarmUpOptions,
  type WarmUpProgress,
  type WarmUpReport,
} from './warm-up.ts';
