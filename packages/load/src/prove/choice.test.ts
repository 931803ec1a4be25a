import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFrom, groupsOf } from './choice.ts';
import type { AblationSpec, ProofManifest } from './manifest.ts';
import { AFTER, BEFORE, phaseOf, testManifest } from './proof-doubles.test.ts';

const MIDDLE = { id: 'middle', label: 'middle', tiers: ['main', 'full'] } as const;
const ablation = (id: string, scenario: string): AblationSpec => {
  return { id, label: id, scenario, row: `row of ${scenario}`, figure: 'p50Ms' };
};
const MANIFEST: ProofManifest = {
  ...testManifest(),
  arms: [BEFORE, MIDDLE, AFTER],
  scenarios: ['reading', 'writing', 'paging'],
  defaultScenarios: { quick: ['reading'] },
  ablations: [ablation('slow.read', 'reading'), ablation('slow.write', 'writing'), ablation('slower.read', 'reading')],
};
const PHASES = [
  phaseOf('r', { scenario: 'reading' }),
  phaseOf('w', { scenario: 'writing', rounds: 'last-block' }),
  phaseOf('any'),
];
const ids = (all: readonly { readonly id: string }[]): string => all.map(({ id }) => id).join(' ');

test('[PROVE-36] the tier says which scenarios run, unless somebody chooses', () => {
  assert.deepEqual(chooseFrom(MANIFEST, { tier: 'quick' }).scenarios, ['reading']);
  assert.deepEqual(chooseFrom(MANIFEST, {}).scenarios, MANIFEST.scenarios);
  const chosen = chooseFrom(MANIFEST, { tier: 'quick', scenarios: ['writing', 'reading'] });
  assert.deepEqual(chosen.scenarios, ['reading', 'writing'], 'in the order of the manifest');
  const [group] = groupsOf(chooseFrom(MANIFEST, { scenarios: ['writing'] }), PHASES);
  assert.equal(ids(group?.phases ?? []), 'w any');
});

test('[PROVE-36] an unknown scenario is refused with the known ones', () => {
  for (const scenarios of [['other'], ['reading', 'other'], []])
    assert.throws(() => chooseFrom(MANIFEST, { scenarios }), {
      code: 'MILLRACE_PROVE_SCENARIO_UNKNOWN',
      mend: /reading, writing, paging/,
    });
  assert.throws(() => chooseFrom(testManifest(), { scenarios: ['reading'] }), { mend: /those that it has: none/ });
});

test('[PROVE-37] an arm of other tiers is listed as skipped', () => {
  const quick = chooseFrom(MANIFEST, { tier: 'quick' });
  assert.equal(ids(quick.arms), 'old new');
  assert.deepEqual(quick.skippedArms, [{ id: 'middle', label: 'middle', measuredIn: 'main' }]);
  const main = chooseFrom(MANIFEST, {});
  assert.deepEqual([ids(main.arms), main.skippedArms], ['old middle new', []]);
});

test('[PROVE-66] an arm that this machine cannot run is skipped in every tier, with the reason', () => {
  const arms = [BEFORE, { ...MIDDLE, unavailable: 'no server' }, AFTER];
  for (const tier of ['quick', 'main', 'full'] as const) {
    const { arms: measured, skippedArms } = chooseFrom({ ...MANIFEST, arms }, { tier });
    assert.equal(ids(measured), 'old new');
    assert.deepEqual(skippedArms, [{ id: 'middle', label: 'middle', measuredIn: 'main', unavailable: 'no server' }]);
  }
});

test('[PROVE-67] chosen arms are measured in their order before the last, however long it takes', () => {
  const chosen = chooseFrom(MANIFEST, { tier: 'quick', arms: ['middle', 'slow.read', 'new', 'old', 'middle'] });
  assert.equal(ids(chosen.arms), 'middle slow.read old new');
  assert.deepEqual([chosen.kind, chosen.ablations, chosen.skippedArms], ['proof', [], []]);
  assert.equal(chosen.budget.limitSeconds, 4 * 3_600);
  assert.equal(chosen.budget.blocks, chooseFrom(MANIFEST, { tier: 'quick' }).budget.blocks);
});

test('[PROVE-67] arms that are unknown, alone, or of an ablation are refused, one that cannot run is skipped', () => {
  assert.throws(() => chooseFrom(MANIFEST, { arms: ['old', 'older'] }), {
    code: 'MILLRACE_PROVE_ARM_UNKNOWN',
    mend: /old, middle, new, slow\.read/,
  });
  const OPTION_INVALID = { code: 'MILLRACE_PROVE_OPTION_INVALID' };
  for (const arms of [[], ['new']]) assert.throws(() => chooseFrom(MANIFEST, { arms }), OPTION_INVALID);
  assert.throws(() => chooseFrom(MANIFEST, { arms: ['old'], ablate: 'all' }), OPTION_INVALID);
  const manifest = { ...MANIFEST, arms: [BEFORE, { ...MIDDLE, unavailable: 'no server' }, AFTER] };
  const { arms, skippedArms } = chooseFrom(manifest, { arms: ['middle', 'old'] });
  assert.deepEqual([ids(arms), skippedArms.map(({ unavailable }) => unavailable)], ['old new', ['no server']]);
  assert.throws(() => chooseFrom(manifest, { arms: ['middle'] }), OPTION_INVALID);
});

test('[PROVE-9] a tier with one arm, or without the last, is refused', () => {
  const arms = [BEFORE, MIDDLE, { ...AFTER, tiers: ['main'] as const }];
  for (const tier of ['quick', 'full'] as const)
    assert.throws(() => chooseFrom({ ...MANIFEST, arms }, { tier }), { code: 'MILLRACE_PROVE_MANIFEST_INVALID' });
});

test('[PROVE-38] an ablation runs each switch beside the last arm, in the phases of its scenario alone', () => {
  const all = chooseFrom(MANIFEST, { ablate: 'all' });
  assert.equal(ids(all.arms), 'slow.read slow.write slower.read new');
  const groups = groupsOf(all, PHASES);
  assert.deepEqual(
    groups.map(({ arms, phases }) => `${ids(arms)}: ${ids(phases)}`),
    ['slow.read slower.read new: r', 'slow.write new: w'],
  );
  assert.ok(groups.every(({ phases }) => phases.every(({ rounds }) => rounds === 'each')));
  const one = chooseFrom(MANIFEST, { ablate: ['slow.write'] });
  assert.deepEqual([ids(one.arms), one.scenarios], ['slow.write new', ['writing']]);
  assert.equal(ids(chooseFrom(MANIFEST, { ablate: 'all', scenarios: ['reading'] }).arms), 'slow.read slower.read new');
});

test('[PROVE-38] an ablation has at least three blocks, in each tier', () => {
  for (const tier of ['quick', 'main', 'full'] as const)
    assert.equal(chooseFrom(MANIFEST, { tier, ablate: 'all' }).budget.blocks, 3);
  assert.equal(chooseFrom(MANIFEST, { ablate: 'all', blocks: 5 }).budget.blocks, 5);
  assert.throws(() => chooseFrom(MANIFEST, { ablate: 'all', blocks: 2 }), { code: 'MILLRACE_PROVE_OPTION_INVALID' });
});

test('[PROVE-38] an unknown switch is refused with the known ones', () => {
  for (const ablate of [['other'], ['slow.read', 'other'], []])
    assert.throws(() => chooseFrom(MANIFEST, { ablate }), {
      code: 'MILLRACE_PROVE_ABLATION_UNKNOWN',
      mend: /slow\.read, slow\.write, slower\.read/,
    });
  assert.throws(() => chooseFrom(MANIFEST, { ablate: ['slow.write'], scenarios: ['reading'] }), {
    code: 'MILLRACE_PROVE_ABLATION_UNKNOWN',
  });
  assert.throws(() => chooseFrom(testManifest(), { ablate: 'all' }), { mend: /those that it has: none/ });
});
