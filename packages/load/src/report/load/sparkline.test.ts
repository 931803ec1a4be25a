import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { groupsOf, sparkline } from './sparkline.ts';

test('[REPORT-15] a course is drawn from 0 to its largest value, and no peak is lost where cells are few', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20), '▁▂▃▄▅▆▇█');
  assert.equal(sparkline([0, 0, 9, 0, 0, 0], 3), '▁█▁');
  assert.equal(sparkline([0, 0], 5), '▁▁');
  assert.equal(sparkline([], 5), '');
  assert.equal(sparkline([Number.NaN, 1], 5), '▁█');
});

test('[REPORT-34] groups keep every value in its order, are as even as can be, and never too many', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 50 }), (values, most) => {
      const groups = groupsOf(values, most);
      assert.deepEqual(groups.flat(), values);
      assert.ok(groups.length <= most);
      const sizes = groups.map(({ length }) => length);
      assert.ok(groups.length === 0 || Math.max(...sizes) - Math.min(...sizes) <= 1);
      assert.ok(!sizes.includes(0));
    }),
    propertySeed(),
  );
});
