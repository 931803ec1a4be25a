import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capacityRows } from './capacity-rows.ts';
import type { ArmSearch, FoundCapacity } from './capacity-search.ts';
import { AFTER, BEFORE, MIX_CAPACITY } from './proof-doubles.test.ts';

const EXACT = { bound: 'exact', limitedBy: 'slo', death: null, steps: [] } as const;
const step = (ratePerSecond: number) =>
  ({ ratePerSecond, achievedPerSecond: ratePerSecond, p99Ms: 5, errorShare: 0, outcome: 'met' }) as const;

const search = (arm: string, repetition: number, found: Partial<FoundCapacity>): ArmSearch => {
  return { spec: MIX_CAPACITY, arm, repetition, found: { perSecond: null, ...EXACT, ...found } };
};

const rowOf = (...searches: ArmSearch[]) => {
  const [row] = capacityRows([MIX_CAPACITY], [BEFORE, AFTER], searches);
  assert.ok(row);
  return row;
};

test('[PROVE-52] the lower middle of an arm’s searches, with their spread and all their steps', () => {
  const { arms } = rowOf(
    search('new', 0, { perSecond: 800, steps: [step(20), step(800)] }),
    search('new', 1, { perSecond: 640, steps: [step(640)] }),
    search('old', 0, { perSecond: 40 }),
    search('old', 1, { perSecond: 50 }),
  );
  assert.deepEqual(arms, [
    {
      arm: 'old',
      perSecond: { value: 40, spread: { min: 40, max: 50 }, bound: 'exact' },
      limitedBy: 'slo',
      death: null,
      steps: [],
    },
    {
      arm: 'new',
      perSecond: { value: 640, spread: { min: 640, max: 800 }, bound: 'exact' },
      limitedBy: 'slo',
      death: null,
      steps: [step(20), step(800), step(640)],
    },
  ]);
});

test('[PROVE-52] bound and limit are those of the search whose rate it is', () => {
  const { arms } = rowOf(
    search('new', 0, { perSecond: 900, bound: 'at-least', limitedBy: 'generator' }),
    search('new', 1, { perSecond: 800 }),
    search('old', 0, { perSecond: 40, bound: 'at-least', limitedBy: 'range' }),
    search('old', 1, { perSecond: 50 }),
  );
  assert.deepEqual(
    arms.map(({ perSecond, limitedBy }) => [perSecond.bound, limitedBy]),
    [
      ['at-least', 'range'],
      ['exact', 'slo'],
    ],
  );
});

test('[PROVE-53] a ratio says how many times more the last arm takes, with the spread of neighbouring searches', () => {
  const { ratios } = rowOf(
    search('old', 0, { perSecond: 40 }),
    search('new', 0, { perSecond: 800 }),
    search('new', 1, { perSecond: 600 }),
    search('old', 1, { perSecond: 50 }),
  );
  const [ratio] = ratios;
  assert.deepEqual([ratio?.bound, ratio?.spread], ['exact', { min: 12, max: 20 }]);
  assert.equal(Math.round((ratio?.value ?? 0) ** 2), 12 * 20, 'their geometric mean');
});

test('[PROVE-53] a lower bound above is at least, one below at most; none of two bounds, and none of nothing', () => {
  const ratioOf = (before: Partial<FoundCapacity>, after: Partial<FoundCapacity>) =>
    rowOf(search('old', 0, before), search('new', 0, after)).ratios[0];
  const bounded = { bound: 'at-least', limitedBy: 'generator' } as const;
  assert.equal(ratioOf({ perSecond: 40 }, { perSecond: 800, ...bounded })?.bound, 'at-least');
  assert.equal(ratioOf({ perSecond: 40, ...bounded }, { perSecond: 800 })?.bound, 'at-most');
  assert.equal(ratioOf({ perSecond: 40, ...bounded }, { perSecond: 800, ...bounded })?.value, null);
  assert.equal(ratioOf({ perSecond: 0 }, { perSecond: 800 })?.value, null);
  assert.equal(ratioOf({ perSecond: null }, { perSecond: 800 })?.value, null);
});

test('[PROVE-53] a bound in either repetition makes the ratio a bound, and ends of the spreads with it', () => {
  const open = { bound: 'at-least', limitedBy: 'range' } as const;
  const [old0, old1] = [search('old', 0, { perSecond: 50 }), search('old', 1, { perSecond: 50 })];
  const [new0, new1] = [search('new', 0, { perSecond: 500 }), search('new', 1, { perSecond: 800, ...open })];
  const { arms, ratios } = rowOf(old0, new0, new1, old1);
  assert.deepEqual(arms[1]?.perSecond, {
    value: 500,
    spread: { min: 500, max: 800, maxBound: 'at-least' },
    bound: 'exact',
  });
  assert.deepEqual([ratios[0]?.bound, ratios[0]?.spread], ['at-least', { min: 10, max: 16, maxBound: 'at-least' }]);
  const contrary = rowOf(search('old', 0, { perSecond: 50, ...open }), new0, new1, old1);
  assert.equal(contrary.ratios[0]?.value, null, 'bounded from both sides');
  const half = rowOf(search('old', 0, { perSecond: null, ...open }), new0, new1, old1);
  assert.equal(half.ratios[0]?.value, null, 'nothing is known of one repetition');
});

test('[PROVE-52] an arm that was not searched has no value and no spread', () => {
  const { arms, ratios } = rowOf(search('old', 0, { perSecond: 40 }));
  assert.deepEqual(arms[1], {
    arm: 'new',
    perSecond: { value: null, spread: null, bound: 'at-least' },
    limitedBy: 'stopped',
    death: null,
    steps: [],
  });
  assert.deepEqual(ratios, [{ value: null, bound: 'exact', spread: null }]);
});

test('[PROVE-52] an arm that died keeps the rate of the search in which it lived, and its death is said', () => {
  const died = { perSecond: 100, bound: 'at-least', limitedBy: 'died', death: 'it ended with exit code 7' } as const;
  const { arms } = rowOf(
    search('old', 0, { ...died, perSecond: null }),
    search('old', 1, { perSecond: 50 }),
    search('new', 0, { ...died, perSecond: null, steps: [step(20)] }),
    search('new', 1, { perSecond: null, bound: 'at-least', limitedBy: 'time' }),
  );
  assert.deepEqual(
    arms.map(({ perSecond, limitedBy, death }) => [perSecond.value, perSecond.bound, limitedBy, death]),
    [
      [50, 'exact', 'slo', died.death],
      [null, 'at-least', 'died', died.death],
    ],
  );
});
