/** When requests start. @module */
export type { Arrivals, RateShape } from './arrivals.ts';
export { type Schedule, toSchedule } from './schedule.ts';
export { stripeOf } from './stripe.ts';
