/** When requests start. @module */
export type { Arrivals } from './arrivals.ts';
export { type Schedule, toSchedule } from './schedule.ts';
