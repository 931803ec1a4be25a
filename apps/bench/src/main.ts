import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { printRow, toRow } from './goal-row.ts';
import { GOALS, type Goal } from './goals.ts';
import type { Measurement } from './measurement.ts';

type Measure = (quick: boolean) => Promise<readonly Measurement[]>;

/** Areas load their own peers, so each is imported only when asked for. */
const AREAS: Readonly<Record<Goal['area'], () => Promise<Measure>>> = {
  reference: async () => (await import('./reference.ts')).measureReference,
  load: async () => (await import('./load.ts')).measureLoad,
  faults: async () => (await import('./faults.ts')).measureFaults,
};

const USAGE = `npm run bench -- AREA [--quick] [--json FILE]   areas: ${Object.keys(AREAS).join(', ')}`;

function readArguments(): { area: Goal['area']; quick: boolean; json: string | undefined } | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
    });
    const [area] = positionals;
    if (positionals.length !== 1 || area === undefined || !Object.hasOwn(AREAS, area)) return USAGE;
    return { area: area as Goal['area'], quick: values.quick, json: values.json };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}

async function main(): Promise<number> {
  const options = readArguments();
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  const measure = await AREAS[options.area]();
  const measurements = await measure(options.quick);
  const wanted = GOALS.filter((goal) => goal.area === options.area && (goal.tier === 'quick' || !options.quick));
  const unknown = measurements.filter(({ goal }) => !GOALS.some(({ id }) => id === goal));
  if (unknown.length > 0) throw new Error(`measured without a goal: ${unknown.map(({ goal }) => goal).join(', ')}`);
  const rows = wanted.map((goal) =>
    toRow(
      goal,
      measurements.findLast((one) => one.goal === goal.id),
    ),
  );
  for (const row of rows) console.log(printRow(row));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  return 0;
}

process.exitCode = await main();
