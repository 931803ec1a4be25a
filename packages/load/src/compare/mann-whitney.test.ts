import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { mannWhitney, smallestP } from './mann-whitney.ts';

/** Samples of the sizes whose U, the times that one of the first lies above one of the second, is just `u`. */
function samplesWithU(first: number, second: number, u: number): [number[], number[]] {
  const below = Array.from({ length: second }, (_, i) => 10 * (i + 1));
  const above: number[] = [];
  let left = u;
  for (let i = 0; i < first; i++) {
    const wins = Math.min(second, left);
    left -= wins;
    above.push(10 * wins + 5 + i / 100);
  }
  return [above, below];
}

test('[COMPARE-11] one-sided probabilities are those of Mann and Whitney 1947, table I', () => {
  const tables: readonly [number, number, readonly number[]][] = [
    [3, 3, [0.05, 0.1, 0.2, 0.35, 0.5]],
    [4, 4, [0.014, 0.029, 0.057, 0.1, 0.171, 0.243, 0.343, 0.443]],
    [5, 5, [0.004, 0.008, 0.016, 0.028, 0.048, 0.075, 0.111, 0.155, 0.21]],
  ];
  for (const [first, second, table] of tables) {
    for (const [u, chance] of table.entries()) {
      const found = mannWhitney(...samplesWithU(first, second, u));
      assert.deepEqual([found.u, found.method], [u, 'exact']);
      assert.ok(Math.abs(found.p / 2 - chance) < 0.00051, `${first}, ${second}, U ${u}: ${found.p / 2}, not ${chance}`);
    }
  }
});

test('[COMPARE-11] the critical values are those of the published tables, two-sided', () => {
  for (const [first, second, alpha, critical] of [
    [5, 5, 0.05, 2],
    [5, 5, 0.01, 0],
    [8, 8, 0.05, 13],
    [10, 10, 0.05, 23],
    [10, 10, 0.01, 16],
    [8, 15, 0.05, 29],
    [20, 20, 0.05, 127],
    [20, 20, 0.01, 105],
  ] as const) {
    const p = (u: number): number => mannWhitney(...samplesWithU(first, second, u)).p;
    assert.ok(p(critical) <= alpha && p(critical + 1) > alpha, `${first}, ${second}, ${alpha}`);
  }
});

test('[COMPARE-11] ties count half, and the normal approximation is corrected for them', () => {
  // By hand: groups of 2, 2 and 3 values; variance 25 / 12 * (11 - 36 / 90); z (12.5 - 2.5 - 0.5) / 4.6993 = 2.0216.
  const { u, p, method } = mannWhitney([1, 2, 2, 3, 5], [3, 5, 5, 6, 7]);
  assert.deepEqual([u, method], [2.5, 'normal']);
  assert.ok(Math.abs(p - 0.0432) < 0.0001, String(p));
  assert.equal(mannWhitney([4, 4], [4, 4, 4]).p, 1);
});

test('[COMPARE-11] exchanging the samples changes nothing but the side, nor does any rising scale', () => {
  const values = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
  const property = fc.property(values, values, (first, second) => {
    const [one, other] = [mannWhitney(first, second), mannWhitney(second, first)];
    assert.equal(one.u + other.u, first.length * second.length);
    assert.ok(Math.abs(one.p - other.p) < 1e-12 && one.p > 0 && one.p <= 1);
    assert.deepEqual(mannWhitney(first.map(Math.log), second.map(Math.log)), one);
    assert.ok(one.method === 'normal' || one.p >= smallestP(first.length, second.length) - 1e-12);
  });
  fc.assert(property, propertySeed());
});

test('[COMPARE-11] an empty sample is refused', () => {
  assert.throws(() => mannWhitney([], [1]), RangeError);
});
