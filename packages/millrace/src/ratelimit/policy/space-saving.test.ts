import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { SpaceSaving } from './space-saving.ts';

test('[RATE-127] no frequent key is missing, and no count is further off than it says', () => {
  const stream = fc.array(
    fc.integer({ min: 0, max: 400 }).map((at) => String(Math.floor(at ** 2 / 4_000))),
    { maxLength: 400 },
  );
  const property = fc.property(stream, fc.integer({ min: 1, max: 12 }), (keys, capacity) => {
    const sketch = new SpaceSaving(capacity);
    const times = new Map<string, number>();
    for (const key of keys) {
      sketch.add(key);
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    const top = sketch.top(capacity);
    const most = keys.length / capacity;
    assert.ok(top.length <= capacity);
    for (const { key, count, error } of top) {
      const came = times.get(key) ?? 0;
      assert.ok(came <= count && count - error <= came && error <= most, `${key}: ${count} ± ${error}, came ${came}`);
    }
    const found = new Set(top.map(({ key }) => key));
    for (const [key, came] of times) assert.ok(came <= most || found.has(key), `${key} came ${came} times`);
    assert.deepEqual(
      top.map(({ count }) => count),
      top.map(({ count }) => count).toSorted((a, b) => b - a),
    );
  });
  fc.assert(property, { numRuns: 400, ...propertySeed() });
});
