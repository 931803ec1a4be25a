import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { createCache } from './index.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

test('[CACHE-301] what failed in one process is not asked for by the others for a while', async () => {
  const clock = createFakeClock();
  const server = new SimulatedServer(clock, createRandom(1), () => Promise.resolve());
  const caches = [1, 2].map(() =>
    createCache({ name: 'shared', shared: simulatedTier(new SimulatedLink(server), 1_000), retryAfterMs: 100, clock }),
  );
  await clock.advance(100);
  const [first, second] = caches as [(typeof caches)[0], (typeof caches)[0]];
  let loads = 0;
  const fail = async (): Promise<string> => {
    loads++;
    throw new Error('down');
  };
  await assert.rejects(async () => await first.getOrSet('k', fail), /down/);
  await clock.advance(1);
  await assert.rejects(async () => await second.getOrSet('k', fail), { code: 'MILLRACE_CACHE_ORIGIN_FAILING' });
  assert.equal(loads, 1);
  await clock.advance(200);
  assert.equal(await second.getOrSet('k', async () => 'well'), 'well');
  await clock.advance(1);
  assert.equal(await first.getOrSet('k', fail), 'well', 'found where the other stored it');
  assert.deepEqual([loads, first.stats().sharedHits], [1, 1]);
  for (const cache of caches) {
    const closed = cache.close();
    await clock.advance(1_000);
    await closed;
  }
});
