/** Building blocks that know nothing of the features. @module */
export { type Clock, systemClock, type Timer } from './clock.ts';
export { defineErrors, type ErrorContext, type ErrorRow, type ErrorTable, MillraceError } from './errors.ts';
export type { HistogramSnapshot } from './histogram.ts';
export { createRandom, type Random } from './random.ts';
