import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache } from 'millrace/cache';
import { sharedTierSuite } from 'millrace/testing';
import { createMemoryTier } from './memory-tier.ts';

/** As short as the suite can do with. */
const LEASE_MS = 300;

suite('[CACHE-375] a tier of one’s own', () => {
  let tier = createMemoryTier(LEASE_MS);
  sharedTierSuite({
    name: 'in this process',
    open: async () => ({
      tier,
      close: async () => {
        tier = createMemoryTier(LEASE_MS);
      },
    }),
  });
});

test('[CACHE-376] two caches share what the tier of the guide holds', async (t) => {
  const shared = createMemoryTier();
  const [here, there] = [1, 2].map(() => createCache({ name: 'users', shared })) as [
    ReturnType<typeof createCache>,
    ReturnType<typeof createCache>,
  ];
  t.after(() => Promise.all([here.close(), there.close()]));
  while (here.stats().shared !== 'used' || there.stats().shared !== 'used') await sleep(5);
  const load = async (): Promise<string> => {
    await sleep(20);
    return randomBytes(8).toString('hex');
  };
  const [one, other] = await Promise.all([here.getOrSet('k', load), there.getOrSet('k', load)]);
  assert.equal(one, other);
  await here.delete('k');
  while (there.get('k') !== undefined) await sleep(5);
  assert.notEqual(await there.getOrSet('k', load), one);
});

test('[CACHE-376] the guide shows the tier as it is', () => {
  const guide = readFileSync(new URL('../../docs/guide/caching.md', import.meta.url), 'utf8');
  const tier = readFileSync(new URL('memory-tier.ts', import.meta.url), 'utf8');
  const snippets = [...guide.matchAll(/<!-- from tests\/cache\/memory-tier.ts -->\n```ts\n([\s\S]*?)```/g)];
  assert.ok(snippets.length >= 2);
  for (const [, snippet = ''] of snippets) assert.ok(tier.includes(snippet), snippet);
});
