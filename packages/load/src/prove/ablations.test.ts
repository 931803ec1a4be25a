import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ablationRows } from './ablations.ts';
import type { AblationSpec } from './manifest.ts';
import { AFTER, instantRunner, phaseOf, resultOf, stepOf, testManifest } from './proof-doubles.test.ts';
import type { Ratio, TableRow } from './proof-result.ts';
import { prove } from './prove.ts';

const SPEC: AblationSpec = { id: 'slow.read', label: 'slow read', scenario: 'reading', row: 'all', figure: 'p50Ms' };

async function ablatedRow(): Promise<TableRow> {
  const phases = [phaseOf('mix', { scenario: 'reading' })];
  const manifest = { ...testManifest({ phases }), scenarios: ['reading'], ablations: [SPEC] };
  const result = await prove(manifest, { tier: 'quick', ablate: 'all', run: instantRunner });
  return result.rows[0] as TableRow;
}

test('[PROVE-38] an ablation proves the last arm with the switch on against the last arm', async () => {
  const phases = [phaseOf('mix', { scenario: 'reading' }), phaseOf('other', { scenario: 'writing' })];
  const manifest = { ...testManifest({ phases }), scenarios: ['reading', 'writing'], ablations: [SPEC] };
  let runs = 0;
  const run = async () => resultOf(stepOf(new Array(100).fill([4, 2, 2, 4, 4, 2][runs++])));
  const result = await prove(manifest, { tier: 'quick', ablate: ['slow.read'], run });
  assert.deepEqual([result.kind, result.scenarios, result.blocks], ['ablation', ['reading'], 3]);
  assert.deepEqual(
    result.rounds.map(({ arm, phases }) => `${arm} ${phases.map(({ id }) => id).join()}`),
    ['slow.read mix', 'new mix', 'new mix', 'slow.read mix', 'slow.read mix', 'new mix'],
  );
  const [row] = result.ablations;
  assert.deepEqual([row?.arm, row?.row, row?.figure, row?.verdict], ['slow.read', 'all', 'p50Ms', 'slower']);
  assert.deepEqual([row?.before.value, row?.after.value, row?.ratio.value], [4, 2, 2]);
});

test('[PROVE-39] an ablation is read by its interval, and without one nothing is said', async () => {
  const row = await ablatedRow();
  const verdictOn = (ratio: Partial<Ratio>): string | undefined => {
    const ratios = [{ ...row.ratios[0], p50Ms: { value: 2, bound: 'exact', spread: null, ...ratio } }];
    const arms = [{ id: SPEC.id, label: '' }, AFTER];
    return ablationRows([SPEC], arms, [{ ...row, ratios } as TableRow])[0]?.verdict;
  };
  assert.equal(verdictOn({ interval: { min: 1.1, max: 3 } }), 'slower');
  assert.equal(verdictOn({ value: 0.7, interval: { min: 0.5, max: 0.9 } }), 'faster');
  assert.equal(verdictOn({ spread: { min: 1.1, max: 3 }, interval: { min: 0.9, max: 4 } }), 'unknown');
  assert.equal(verdictOn({ value: 1.01, interval: { min: 0.97, max: 1.04 } }), 'no-difference');
  assert.equal(verdictOn({}), 'unknown');
});
