import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { deepFreeze } from './deep-freeze.ts';

test('[AUTH-37] everything plain is frozen, however deep, and cycles end', () => {
  const value: Record<string, unknown> = { list: [{ deep: { er: 1 } }], none: null, text: 'a', [Symbol.for('s')]: {} };
  value.self = value;
  assert.equal(deepFreeze(value), value);
  const list = value.list as { deep: object }[];
  for (const each of [value, list, list[0], list[0]?.deep]) assert.ok(Object.isFrozen(each));
  assert.ok(Object.isFrozen((value as Record<symbol, unknown>)[Symbol.for('s')]));
});

test('[AUTH-37] what is frozen on its surface is frozen below', () => {
  const value = Object.freeze({ list: ['a'] });
  deepFreeze(value);
  assert.throws(() => value.list.push('b'), TypeError);
});

test('[AUTH-37] buffers, dates and getters are left as they are', () => {
  let read = 0;
  const value = {
    bytes: Buffer.from('a'),
    at: new Date(0),
    get lazy() {
      return ++read;
    },
  };
  deepFreeze(value);
  value.bytes[0] = 7;
  assert.deepEqual([value.bytes[0], read], [7, 0]);
});
