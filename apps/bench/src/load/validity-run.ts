import { defineScenario, runLoad } from '@millrace/load';
import { stayOn } from './affinity.ts';

/**
 * Short runs one after the other in one thread of one core: `validity-run.ts URL CORE RUNS SECONDS`. Prints the verdict on
 * each.
 */
const RATE = 1_000;
const [target = '', core = '', runsText = '', secondsText = ''] = process.argv.slice(2);
await stayOn(core);

const scenario = defineScenario({
  ...{ name: 'validity', users: 1, createUser: () => undefined },
  steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
const arrivals = { kind: 'constant', ratePerSecond: RATE, durationMs: Number(secondsText) * 1_000 } as const;
const verdicts: string[] = [];
for (let seed = 1; seed <= Number(runsText); seed++) {
  const { validity } = await runLoad({ target, scenario, arrivals, seed });
  verdicts.push(validity.verdict);
}
console.log(JSON.stringify({ verdicts }));
process.stdin.on('end', () => process.exit(0)).resume();
