import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, type Random } from 'millrace/core';
import { createZipf } from './zipf.ts';

/** Random numbers that are no longer random: the middles of `cells` equal parts of [0, 1), in order. */
function grid(cells: number): Pick<Random, 'next'> {
  let cell = 0;
  return { next: () => (cell++ + 0.5) / cells };
}

function tally(draws: number, size: number, draw: () => number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (let i = 0; i < draws; i++) {
    const rank = draw();
    counts[rank - 1] = (counts[rank - 1] ?? Number.NaN) + 1;
  }
  return counts;
}

test('[DATA-1] over an even grid of random numbers every rank comes as often as its probability says', () => {
  const shape = fc.record({
    size: fc.integer({ min: 1, max: 300 }),
    exponent: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  fc.assert(
    fc.property(shape, ({ size, exponent }) => {
      const cells = 4_000;
      const zipf = createZipf({ size, exponent });
      const even = grid(cells);
      const counts = tally(cells, size, () => zipf.draw(even));
      for (const [index, count] of counts.entries()) {
        assert.ok(Math.abs(count - zipf.probability(index + 1) * cells) <= 1 + 1e-6, `rank ${index + 1}: ${count}`);
      }
    }),
    { numRuns: 50 },
  );
});

test('[DATA-1] the probabilities follow rank^-exponent and add up to 1', () => {
  const zipf = createZipf({ size: 1_000, exponent: 1.3 });
  const sum = Array.from({ length: 1_000 }, (_, index) => zipf.probability(index + 1)).reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - 1) < 1e-12);
  assert.ok(Math.abs(zipf.probability(1) / zipf.probability(10) - 10 ** 1.3) < 1e-9);
  assert.deepEqual([zipf.probability(0), zipf.probability(1_001), zipf.probability(1.5)], [0, 0, 0]);
});

test('[DATA-1] a seeded sample passes the chi-square test at 0.1 %', () => {
  const size = 20;
  const draws = 200_000;
  const zipf = createZipf({ size, exponent: 1 });
  const random = createRandom(42);
  const chiSquare = tally(draws, size, () => zipf.draw(random)).reduce((sum, count, index) => {
    const expected = draws * zipf.probability(index + 1);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  assert.ok(chiSquare < 43.8, `χ² = ${chiSquare} with 19 degrees of freedom`);
});

test('[DATA-2] sizes and exponents that make no law are refused', () => {
  for (const size of [0, -1, 1.5, Number.NaN]) assert.throws(() => createZipf({ size, exponent: 1 }), RangeError);
  for (const exponent of [-0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createZipf({ size: 10, exponent }), RangeError);
  }
});
