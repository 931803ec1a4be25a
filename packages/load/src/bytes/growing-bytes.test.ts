import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { GrowingBytes } from './growing-bytes.ts';

test('pieces of any size come together in order, and nothing is left after clear', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 12 });
  const property = fc.property(pieces, (parts) => {
    const gathered = new GrowingBytes();
    gathered.add(Buffer.from('earlier'), 0, 7);
    gathered.clear();
    for (const part of parts) gathered.add(Buffer.from([1, ...part, 2]), 1, part.length + 1);
    assert.deepEqual(gathered.bytes.subarray(0, gathered.length), Buffer.concat(parts));
  });
  fc.assert(property, { numRuns: 300, ...propertySeed() });
});
