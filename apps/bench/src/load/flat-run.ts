import { defineScenario, runLoad } from '@millrace/load';
import { ownMemory } from './settled-memory.ts';

/**
 * Records many samples in one run: `flat-run.ts URL SAMPLES`. The flows send nothing, so that only their figures are
 * kept. Prints by how much its memory grew between a fifth of the samples and the last twentieth.
 */
const PER_SECOND = 500_000;
const [target = '', samples = ''] = process.argv.slice(2);
const count = Number(samples);
const scenario = defineScenario({
  name: 'recording',
  users: 1_000,
  flows: ['read', 'write'].map((name) => ({ name, weight: 1, async run() {} })),
});
let first: number | undefined;
let last: number | undefined;
const { flows = {} } = await runLoad({
  ...{ target, scenario, seed: 1 },
  arrivals: { kind: 'constant', ratePerSecond: PER_SECOND, durationMs: (count / PER_SECOND) * 1_000 },
  onProgress: ({ completed }) => {
    if (first === undefined && completed >= count * 0.2) first = ownMemory();
    else if (last === undefined && completed >= count * 0.95) last = ownMemory();
  },
});
const recorded = Object.values(flows).reduce((sum, flow) => sum + flow.responseTimeUs.count, 0);
if (first === undefined || last === undefined || recorded !== count) throw new Error(`${recorded} samples of ${count}`);
console.log(JSON.stringify({ bytes: last - first }));
