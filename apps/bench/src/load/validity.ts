import type { Measurement } from '../measurement.ts';
import { lastCore } from './affinity.ts';
import { startChild } from './child.ts';

const FIXED_SERVER = new URL('./fixed-server.ts', import.meta.url);
const VALIDITY_RUN = new URL('./validity-run.ts', import.meta.url);
const HOG = new URL('./hog.ts', import.meta.url);
const SECONDS = 3;

/** Of `runs` short runs, the share that is said to be invalid: beside a busy loop on the generator's own core, and alone. */
export async function measureValidity(runs: number): Promise<Measurement[]> {
  const core = await lastCore();
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const args = [`http://127.0.0.1:${server.ready.port}`, core, String(runs), String(SECONDS)];
  const quiet = await invalidShare(args);
  await using _hog = await startChild(HOG, [core]);
  const robbed = await invalidShare(args);
  return [measured('load.validity.hog', robbed), measured('load.validity.quiet', quiet)];
}

async function invalidShare(args: readonly string[]): Promise<number> {
  await using child = await startChild<{ verdicts: readonly string[] }>(VALIDITY_RUN, args);
  const { verdicts } = child.ready;
  return verdicts.filter((verdict) => verdict === 'invalid').length / verdicts.length;
}

function measured(goal: string, share: number): Measurement {
  return { goal, value: share * 100, spread: null };
}
