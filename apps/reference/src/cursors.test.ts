import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { createCursors } from './cursors.ts';

const cursors = createCursors('a secret for cursors');
const position = fc.record(
  { afterId: fc.integer({ min: 1, max: 999_999_999_999_999 }), offset: fc.integer({ min: 1, max: 999_999_999 }) },
  { noNullPrototype: true },
);

test('[REF-70] a cursor gives back the position it was made from', () => {
  fc.assert(
    fc.property(fc.string(), position, (list, at) => {
      const cursor = cursors.encode(list, at);
      assert.match(cursor, /^[\w-]{1,128}$/);
      assert.deepEqual(cursors.decode(list, cursor), at);
    }),
    propertySeed(),
  );
});

test('[REF-71] a cursor of another list, another secret or of nobody is refused with 400', () => {
  const others = createCursors('another secret');
  fc.assert(
    fc.property(fc.string(), position, (list, at) => {
      const cursor = cursors.encode(list, at);
      assert.throws(() => cursors.decode(`${list}.`, cursor), { status: 400 });
      assert.throws(() => others.decode(list, cursor), { status: 400 });
    }),
    propertySeed(),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.throws(() => cursors.decode('signals', text), { status: 400 });
      const plain = Buffer.from(`5.5.${text.slice(0, 22).padEnd(22, 'A')}`).toString('base64url');
      assert.throws(() => cursors.decode('signals', plain), { status: 400 });
    }),
    propertySeed(),
  );
});
