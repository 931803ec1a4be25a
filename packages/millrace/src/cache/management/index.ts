/** What operators do with caches. @module */
export {
  type CacheAdmin,
  type CacheAdminOptions,
  type CacheClearReport,
  type ClearBounds,
  type ClearReport,
  type ClearTarget,
  createCacheAdmin,
} from './cache-admin.ts';
export type { CacheReport, ReadReport } from './cache-report.ts';
