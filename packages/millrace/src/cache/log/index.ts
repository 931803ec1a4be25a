/** The one order of all invalidations. @module */
export type { AppendedState, LogEntry, LogRead, LogSource, LogState, PlacedEntry, TagPosition } from './log-source.ts';
export { type Place, PositionLog } from './position-log.ts';
export { createRedisLog } from './redis-log.ts';
