import { simulate } from './hit-ratio.ts';

/* Prints what each policy meets of each workload, in percent: `node apps/bench/src/cache/main.ts [SEED]`. */

const rows = simulate(Number(process.argv[2] ?? 1), ['adaptive', 'lru', 'lfu', 'fifo'], true);
const policies = Object.keys(rows[0]!.ratios);
const mean = policies.map((policy) => [
  policy,
  rows.reduce((sum, { ratios }) => sum + ratios[policy]!, 0) / rows.length,
]);
const table = [...rows, { workload: 'mean', ratios: Object.fromEntries(mean) as Record<string, number> }];
for (const name of ['', ...policies]) process.stdout.write(name.padStart(14));
for (const { workload, ratios } of table) {
  process.stdout.write(`\n${workload.padStart(14)}`);
  for (const policy of policies) process.stdout.write(ratios[policy]!.toFixed(2).padStart(14));
}
process.stdout.write('\n');
