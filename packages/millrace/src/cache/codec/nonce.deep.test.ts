import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createSealing, shared } from './codec.test.model.ts';

const VALUES = 1_000_000;

test('[CACHE-184] a million values repeat neither a nonce nor an id', async () => {
  const codec = createSealing();
  const value = shared(1, { tags: [] });
  const nonceAt = 66 + value.place.epoch.length + 'k1'.length;
  const [nonces, ids] = [new Set<string>(), new Set<string>()];
  for (let i = 0; i < VALUES; i++) {
    const bytes = await codec.encode('users:42', value);
    nonces.add(bytes.toString('latin1', nonceAt, nonceAt + 12));
    ids.add(bytes.toString('latin1', 2, 10));
  }
  assert.deepEqual([nonces.size, ids.size], [VALUES, VALUES]);
});
