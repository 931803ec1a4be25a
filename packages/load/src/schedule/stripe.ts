import type { Schedule } from './schedule.ts';

/**
 * Every `of`-th arrival of a schedule, from `index` on. The stripes of a schedule are all of it, each arrival at its own
 * time and in one of them: so several generators that start at one instant send what one would have.
 * @param index 0 to `of` - 1
 */
export function stripeOf(schedule: Schedule, index: number, of: number): Schedule {
  if (of === 1) return schedule;
  const { planned, targetPerSecond, peakPerSecond } = schedule;
  return {
    ...schedule,
    planned: Math.max(0, Math.ceil((planned - index) / of)),
    targetPerSecond: targetPerSecond / of,
    peakPerSecond: peakPerSecond / of,
    offsetMs: (arrival) => schedule.offsetMs(index + arrival * of),
    meanOffsetMs: (arrival) => schedule.meanOffsetMs(index + arrival * of),
  };
}
