import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalCdf, normalQuantile, studentQuantile } from './normal.ts';

const near = (value: number, expected: number, off: number): void =>
  assert.ok(Math.abs(value - expected) <= off, `${value}, expected ${expected}`);

test('[COMPARE-10] the normal distribution and its inverse are those of the tables', () => {
  near(normalCdf(0), 0.5, 0);
  near(normalCdf(1.96), 0.9750021048517795, 1e-12);
  near(normalCdf(-3.5), 2.3262907903552504e-4, 1e-14);
  near(normalQuantile(0.975), 1.959963984540054, 1e-12);
  near(normalQuantile(0.001), -3.090232306167813, 1e-9);
  assert.deepEqual([normalCdf(-40), normalCdf(40)], [0, 1]);
});

test("[COMPARE-10] Student's quantiles are those of the tables from eight degrees of freedom on", () => {
  for (const [degrees, p, table] of [
    [8, 0.975, 2.306],
    [8, 0.995, 3.355],
    [10, 0.975, 2.228],
    [18, 0.975, 2.101],
    [18, 0.995, 2.878],
    [60, 0.975, 2.0],
  ] as const) {
    near(studentQuantile(p, degrees), table, 0.004);
  }
});
