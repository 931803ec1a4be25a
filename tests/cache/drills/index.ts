/** What happens to Redis under a cache, done to a real one, with every answer judged. @module */
export {
  type CacheDrillFigures,
  type CacheDrillTiming,
  MOMENTS,
  type Moment,
  runCacheDrill,
} from './drill.ts';
export { CACHE_FAULTS, type CacheFault } from './fault-specs.ts';
export { Member, type MemberOptions, type Orders, type Origin, startMembers } from './member.ts';
