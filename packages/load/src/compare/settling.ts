import type { LoadResult, SettlingResult } from '../result/index.ts';
import { detectWarmUp } from './warm-up.ts';

/** With fewer windows nothing can be told from chance. */
const LEAST_WINDOWS = 10;

/** How long a run took to settle: only of a load that is steady by itself, and where no window lacks a time. */
export function settlingOf({
  arrivals: { kind },
  seconds,
  windowSeconds = 1,
}: Pick<LoadResult, 'arrivals' | 'seconds' | 'windowSeconds'>): { readonly warmUp?: SettlingResult } {
  if ((kind !== 'constant' && kind !== 'closed') || seconds.length < LEAST_WINDOWS) return {};
  const means = seconds.flatMap(({ responseUs }) => responseUs?.mean ?? []);
  if (means.length < seconds.length) return {};
  const { length, settled } = detectWarmUp(means);
  return { warmUp: { seconds: length * windowSeconds, settled } };
}
