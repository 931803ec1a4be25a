import {
  CACHE_FAULTS,
  type CacheDrillFigures,
  MOMENTS,
  type Moment,
  runCacheDrill,
} from '@millrace/tests/cache-drills';
import { QUICK_CACHE_FAULTS } from './cache-fault-goals.ts';
import type { Measurement } from './measurement.ts';
import { createProgress } from './progress.ts';

const QUICK = { beforeMs: 500, faultMs: 2_000, afterMs: 500 };
const FULL = { beforeMs: 1_000, faultMs: 4_000, afterMs: 1_000 };
const MAX_SHOWN = 5;

/** Does everything to Redis that may happen to it, before the caches start, while they idle and under load, and judges every answer. */
export async function measureCacheFaults(quick: boolean): Promise<readonly Measurement[]> {
  const faults = CACHE_FAULTS.filter(({ id }) => !quick || QUICK_CACHE_FAULTS.includes(id));
  const { part } = createProgress(faults.length);
  const measurements: Measurement[] = [];
  for (const fault of faults) {
    const drills = await part(fault.id, async () => {
      const figures: (CacheDrillFigures | undefined)[] = [];
      for (const moment of MOMENTS) {
        const drilled = await runCacheDrill(fault, moment, quick ? QUICK : FULL);
        if (drilled !== undefined) say(fault.id, moment, drilled);
        figures.push(drilled);
      }
      return figures;
    });
    measurements.push(
      ...measurementsOf(
        fault.id,
        drills.filter((drill) => drill !== undefined),
      ),
    );
  }
  return measurements;
}

/** The worst of the three moments, and how far they lie apart. */
function measurementsOf(id: string, drills: readonly CacheDrillFigures[]): Measurement[] {
  const over = (name: string, figure: (drill: CacheDrillFigures) => number | null): Measurement => {
    const goal = `cache.fault.${id}.${name}`;
    const figures = drills.map(figure);
    const known = figures.filter((each) => each !== null);
    if (drills.length === 0)
      return { goal, value: null, spread: null, skipped: 'no redis-server or valkey-server on the PATH' };
    if (known.length < figures.length) return { goal, value: null, spread: null, skipped: 'not well again in 30 s' };
    return { goal, value: Math.max(...known), spread: [Math.min(...known), Math.max(...known)] };
  };
  return [
    over('stale', ({ tally, wrong }) => tally.stale.length + (wrong === undefined ? 0 : 1)),
    over('failed', ({ tally }) => tally.failed.length),
    over('worst', ({ tally }) => tally.worstReadMs),
    over('recovery', ({ recoveryMs }) => recoveryMs),
    over('attempts', ({ attemptsPerSecond }) => attemptsPerSecond),
  ];
}

function say(id: string, moment: Moment, { tally, recoveryMs, attemptsPerSecond, wrong }: CacheDrillFigures): void {
  const { reads, loads, invalidations, pending, stale, failed, worstReadMs } = tally;
  const asked = `${reads} reads, ${stale.length} old, ${failed.length} failed, ${loads} loads, slowest ${worstReadMs.toFixed(0)} ms`;
  const told = `${invalidations} invalidations, ${pending} of them late`;
  const back = recoveryMs === null ? 'not well again' : `well again after ${recoveryMs.toFixed(0)} ms`;
  console.error(
    `${id}, ${moment}: ${asked}; ${told}; ${back}; ${attemptsPerSecond.toFixed(1)} attempts to connect a second`,
  );
  for (const what of [...stale, ...failed, ...(wrong === undefined ? [] : [wrong])].slice(0, MAX_SHOWN))
    console.error(`  ${what}`);
}
