import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { KeptBody } from './kept-body.ts';

test('[LOAD-26] a kept body is the same however it is cut, and dropped past its bound', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  const property = fc.property(pieces, fc.nat(300), (parts, most) => {
    const kept = new KeptBody(most);
    const all = Buffer.concat(parts);
    for (const part of parts) kept.add(Buffer.concat([Buffer.of(9), part]), 1, part.length + 1);
    assert.equal(kept.overflown, all.length > most);
    assert.deepEqual(kept.bytes(), kept.overflown ? Buffer.alloc(0) : all);
  });
  fc.assert(property, propertySeed());
});
