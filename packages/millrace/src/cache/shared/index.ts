/** Copies that processes share. @module */
export { createRedisStore } from './redis-store.ts';
export { type SharedLoadPlan, SharedLoads, type SharedOutcome } from './shared-load.ts';
export type { FoundValue, Lease, SharedStore, SharedValue, Taken } from './shared-store.ts';
