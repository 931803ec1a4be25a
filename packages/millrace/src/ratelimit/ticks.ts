/**
 * Time in whole sixteenths of a microsecond. Limits reckon in whole numbers, so that nothing is ever rounded in favour of
 * who asks, and two implementations of one limit decide alike. A double counts them exactly for 17 years.
 */
export const TICKS_PER_MS = 16_000;

/** The ticks that have passed by `ms`. */
export function toTicks(ms: number): number {
  return Math.floor(ms * TICKS_PER_MS);
}

/** Milliseconds, rounded up: who waits so long has waited enough. Infinity stays what it is. */
export function toMs(ticks: number): number {
  return Math.ceil(ticks / TICKS_PER_MS);
}
