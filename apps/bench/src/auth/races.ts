import { startChild } from '../load/child.ts';
import type { Measurement } from '../measurement.ts';

const RUN = new URL('./race-run.ts', import.meta.url);
const PROCESSES = 2;

/** Interleavings in which a token was accepted that had been ended. A process ends at its first, so more than none is a lower bound. */
export async function measureRaces(races: number): Promise<Measurement> {
  const each = String(Math.ceil(races / PROCESSES));
  const broken = await Promise.all(
    Array.from({ length: PROCESSES }, async (_, seed) => {
      await using child = await startChild<{ readonly broken: number }>(RUN, [each, String(seed + 1)]);
      return child.ready.broken;
    }),
  );
  const value = broken.reduce((sum, one) => sum + one, 0);
  return { goal: 'auth.races.stale', value, spread: null, ...(value > 0 && { bound: 'at-least' as const }) };
}
