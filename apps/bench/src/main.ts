import { writeFile } from 'node:fs/promises';
import { checkWritable, readArguments, UsageError } from './arguments.ts';
import { printRow, toRow } from './goal-row.ts';
import { GOALS, type Goal } from './goals.ts';
import type { Measurement } from './measurement.ts';
import { describeSeconds } from './progress.ts';

type Measure = (quick: boolean) => Promise<readonly Measurement[]>;

/** Areas load their own peers, so each is imported only when asked for. */
const AREAS: Readonly<Record<Goal['area'], () => Promise<Measure>>> = {
  reference: async () => (await import('./reference.ts')).measureReference,
  load: async () => (await import('./load.ts')).measureLoad,
  faults: async () => (await import('./faults.ts')).measureFaults,
  cache: async () => (await import('./cache.ts')).measureCache,
  'cache-faults': async () => (await import('./cache-faults.ts')).measureCacheFaults,
  auth: async () => (await import('./auth.ts')).measureAuth,
  ratelimit: async () => (await import('./ratelimit.ts')).measureRatelimit,
};

const USAGE = `npm run bench -- AREA [--quick] [--json FILE]
    Measures an area against its goals and its peers, in rounds that take turns, and prints one row a goal.
    AREA          ${Object.keys(AREAS).join(', ')}
    --quick       only the goals of the quick tier
    --json FILE   also write the rows
`;

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2), Object.keys(AREAS));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  if (options.json !== undefined) await checkWritable(options.json);
  const measure = await AREAS[options.area]();
  const began = performance.now();
  const measurements = await measure(options.quick);
  console.error(`${options.area}: took ${describeSeconds(performance.now() - began)} in all`);
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
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}
