import { type DrillTiming, runDrill } from './faults/drill.ts';
import type { DrillFigures } from './faults/drill-figures.ts';
import { FAULT_SPECS, type FaultSpec } from './faults/fault-specs.ts';
import { startWorld } from './faults/world.ts';
import { COMPARED_FAULTS, QUICK_FAULTS } from './goals.ts';
import type { Measurement } from './measurement.ts';
import { createProgress } from './progress.ts';

const QUICK: DrillTiming = { ratePerSecond: 100, beforeMs: 1_000, outageMs: 2_000, afterMs: 3_000 };
const FULL: DrillTiming = { ratePerSecond: 100, beforeMs: 2_000, outageMs: 4_000, afterMs: 5_000 };

const MAX_SHOWN = 5;

/** Takes away, slows and silences what the reference service stands on, under load, and judges every answer. */
export async function measureFaults(quick: boolean): Promise<readonly Measurement[]> {
  const specs = FAULT_SPECS.filter(({ id }) => !quick || QUICK_FAULTS.includes(id));
  await using world = await startWorld([...new Set(specs.map(({ mix }) => mix))]);
  const drills = specs.flatMap((spec) => {
    const compare = !quick && COMPARED_FAULTS.includes(spec.id);
    return (compare ? ['optimised', 'origin'] : ['optimised']).map((arm) => ({ spec, arm }));
  });
  const { part } = createProgress(drills.length);
  const measurements: Measurement[] = [];
  for (const { spec, arm } of drills) {
    const figures = await part(`${spec.id}, ${arm}`, () => runDrill(world, spec, arm, quick ? QUICK : FULL));
    say(spec, arm, figures);
    measurements.push(...measurementsOf(spec, arm, figures));
  }
  return measurements;
}

function measurementsOf({ id }: FaultSpec, arm: string, figures: DrillFigures): Measurement[] {
  const prefix = `reference.fault.${id}${arm === 'optimised' ? '' : `.${arm}`}`;
  const measured = (name: string, value: number | null): Measurement => ({
    ...{ goal: `${prefix}.${name}`, value, spread: null },
    ...(value === null && { skipped: 'not good again before the end of the drill' }),
  });
  const shared = [
    measured('failed', (100 * figures.failed) / figures.asked),
    measured('worst', figures.worstMs),
    measured('recovery', figures.recoveryMs),
  ];
  if (arm !== 'optimised') return shared;
  return [measured('wrong', figures.wrong.length), measured('errors-outside', figures.outside), ...shared];
}

function say({ id }: FaultSpec, arm: string, figures: DrillFigures): void {
  const by = Object.entries(figures.failedBy).map(([status, count]) => `${status}: ${count}`);
  const counts = `${figures.asked} asked, ${figures.failed} failed (${by.join(', ') || 'none'})`;
  console.error(`${id}, ${arm}: ${counts}, ${figures.wrong.length} wrong, ${figures.outside} outside`);
  for (const { kind, path, wrong } of figures.wrong.slice(0, MAX_SHOWN)) console.error(`  ${kind} ${path}: ${wrong}`);
}
