import type { Random } from 'millrace/core';
import type { RateCurve } from './rate-curve.ts';

/**
 * The times of a Poisson process that has `planned` arrivals: given their number, these are so many independent draws,
 * as likely at a time as the rate is high, in order. They are drawn in order at once (Bentley, Saxe, "Generating Sorted
 * Lists of Random Numbers", 1980): of k that are left, the next one leaves the share U^(1/k) of what is left. So
 * nothing is kept but the last one. An earlier index starts anew.
 * @param open gives the same stream each time
 */
export function poissonOffsets(curve: RateCurve, planned: number, open: () => Random): (index: number) => number {
  let random = open();
  let drawn = 0;
  let left = 1;
  let offset = 0;
  return (index) => {
    if (index >= planned) return curve.timeOf(curve.total);
    if (index < drawn - 1) {
      random = open();
      drawn = 0;
      left = 1;
      offset = 0;
    }
    if (index < drawn) return offset;
    while (drawn <= index) left *= (1 - random.next()) ** (1 / (planned - drawn++));
    offset = Math.max(offset, curve.timeOf((1 - left) * curve.total));
    return offset;
  };
}
