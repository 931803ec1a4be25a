import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRounds } from './plan.ts';
import { AFTER, BEFORE, phaseOf } from './proof-doubles.test.ts';

const ARMS = ['A', 'B', 'C'].map((id) => ({ id, label: id }));
const order = (arms: number, blocks: number): string =>
  planRounds([{ arms: ARMS.slice(0, arms), phases: [] }], blocks)
    .map(({ arm }) => arm.id)
    .join('');

test('[PROVE-1] each block runs in the opposite order of the one before', () => {
  assert.equal(order(2, 2), 'ABBA');
  assert.equal(order(2, 3), 'ABBAAB');
  assert.equal(order(3, 3), 'ABCCBAABC');
  assert.equal(order(2, 1), 'AB');
  assert.deepEqual(
    planRounds([{ arms: ARMS, phases: [] }], 2).map(({ index, block }) => [index, block]),
    [0, 0, 0, 1, 1, 1].map((block, index) => [index, block]),
  );
});

test('[PROVE-2] a phase of the first or the last block runs once an arm', () => {
  const phases = [
    phaseOf('each'),
    phaseOf('first', { rounds: 'first-block' }),
    phaseOf('last', { rounds: 'last-block' }),
  ];
  const runsOf = (id: string, blocks: number): string =>
    planRounds([{ arms: [BEFORE, AFTER], phases }], blocks)
      .filter((round) => round.phases.some((phase) => phase.id === id))
      .map(({ arm, block }) => `${arm.id}${block}`)
      .join(' ');
  assert.equal(runsOf('each', 2), 'old0 new0 new1 old1');
  assert.equal(runsOf('first', 3), 'old0 new0');
  assert.equal(runsOf('last', 3), 'old2 new2');
  assert.equal(runsOf('first', 1), runsOf('last', 1));
});

test('[PROVE-36] groups run one after the other, each through its own phases', () => {
  const [A, B, C] = ARMS as [(typeof ARMS)[0], (typeof ARMS)[0], (typeof ARMS)[0]];
  const groups = [
    { arms: [A, C], phases: [phaseOf('one')] },
    { arms: [B, C], phases: [phaseOf('two')] },
  ];
  assert.deepEqual(
    planRounds(groups, 2).map(({ index, block, arm, phases }) => `${index} ${block} ${arm.id} ${phases[0]?.id}`),
    [...['0 0 A one', '1 0 C one', '2 1 C one', '3 1 A one'], ...['4 0 B two', '5 0 C two', '6 1 C two', '7 1 B two']],
  );
});
