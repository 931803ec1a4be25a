import type { ArmSpec, ProofResult } from '@millrace/load/prove';
import { proof } from '@millrace/reference/prove';
import type { Measurement } from './measurement.ts';
import { fromFigure, readRow, runProof, spoiledBy } from './proof-reading.ts';

const [WITH, WITHOUT] = ['redis', 'optimised'] as const;
const BLOCKS = 2;

/** The quick proof with Redis and without, side by side. @throws where this machine has no Redis */
export async function measureRedis(): Promise<readonly Measurement[]> {
  const armOf = (id: string): ArmSpec => {
    const arm = proof.arms.find((each) => each.id === id);
    if (arm === undefined) throw new Error(`the proof has no arm "${id}"`);
    return arm;
  };
  const { label, unavailable } = armOf(WITH);
  if (unavailable !== undefined) throw new Error(typeof unavailable === 'string' ? unavailable : unavailable.en);
  const arms = [{ id: WITH, label }, armOf(WITHOUT)];
  return readRedis(await runProof({ ...proof, arms }, BLOCKS));
}

/** The goals of a proof of both arms. */
export function readRedis(result: ProofResult): readonly Measurement[] {
  return ([WITH, WITHOUT] as const).flatMap((arm) => {
    const named = (goal: string): string => `reference.redis.${goal}${arm === WITH ? '' : '.off'}`;
    const read = (goal: string, row: string, figure: 'meanMs' | 'p95Ms' | 'p99Ms'): Measurement =>
      readRow(result, { goal: named(goal), row, arm, pick: ({ response }) => response[figure] });
    return [
      read('mix.mean', 'mix', 'meanMs'),
      read('mix.p95', 'mix', 'p95Ms'),
      read('tokens.p99', 'tokens', 'p99Ms'),
      readCpu(result, named('tokens.cpu'), arm),
      read('portal.keys.p95', 'portal.keys', 'p95Ms'),
    ];
  });
}

function readCpu(result: ProofResult, goal: string, arm: string): Measurement {
  const phase = 'tokens';
  const row = result.costs.find((each) => each.id === 'cpu' && each.phase === phase);
  const figure = row?.arms[result.arms.findIndex(({ id }) => id === arm)];
  if (figure === undefined) return { goal, value: null, spread: null, skipped: 'its processor time was not counted' };
  return { ...fromFigure(goal, figure), ...spoiledBy(result, { phase }, arm) };
}
