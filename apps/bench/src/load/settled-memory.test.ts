import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymousBytes, ownMemory } from './settled-memory.ts';

test('[BENCH-17] growth is that of what a process holds itself, resident or swapped', () => {
  const status = 'VmRSS:\t   90000 kB\nRssAnon:\t   40000 kB\nRssFile:\t   50000 kB\nVmSwap:\t    2000 kB\n';
  assert.equal(anonymousBytes(status), 42_000 * 1_024);
  assert.throws(() => anonymousBytes('VmRSS:\t90000 kB\n'), /no RssAnon/);
  const before = ownMemory();
  const held = Buffer.alloc(50e6, 1);
  const grown = ownMemory() - before;
  assert.ok(grown > 40e6 && grown < 60e6, `${grown} bytes for ${held.length}`);
});
