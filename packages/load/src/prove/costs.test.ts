import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultOf, stepOf, testManifest } from './proof-doubles.test.ts';
import { prove } from './prove.ts';

const OPTIONS = { tier: 'quick', stopTimeoutMs: 1000 } as const;

test('[PROVE-60] an arm that refuses costs little, and has no ratio of its costs by that', async () => {
  const ratioFor = async (failures: number) => {
    const failing = stepOf(new Array(200).fill(5), { errors: failures === 0 ? {} : { status: failures } });
    let runs = 0;
    const run = async () =>
      resultOf([failing, stepOf(new Array(200).fill(5))][[0, 1, 1, 0][runs++ % 4] ?? 0] ?? failing);
    const [row] = (await prove(testManifest(), { ...OPTIONS, run })).costs;
    assert.ok(
      row?.arms.every(({ label }) => label === 'measured'),
      'the figures themselves stay',
    );
    return row?.ratios[0]?.value;
  };
  assert.ok(Math.abs(((await ratioFor(2)) ?? 0) - 1) < 0.05);
  assert.equal(await ratioFor(3), null);
});
