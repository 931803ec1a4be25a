import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keySlot } from './key-slot.ts';

test('[REDIS-12] a key’s slot is that of the Cluster specification', () => {
  assert.equal(keySlot('123456789'), 0x31c3);
  assert.equal(keySlot('foo'), 12_182);
  assert.equal(keySlot('{user1000}.following'), keySlot('user1000'));
  assert.equal(keySlot('foo{}{bar}'), keySlot('foo{}{bar}'));
  assert.notEqual(keySlot('foo{}{bar}'), keySlot('bar'));
  assert.equal(keySlot('foo{{bar}}zap'), keySlot('{bar'));
  assert.equal(keySlot('foo{bar}{zap}'), keySlot('bar'));
  assert.equal(keySlot(''), 0);
});
