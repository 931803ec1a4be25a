/** When requests start. @module */
export type { Arrivals } from './arrivals.ts';
