import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { type Cache, createCache } from './index.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

const TTL_MS = 10_000;
const LOAD_MS = 100;

test('[CACHE-371] of two that ask all the time one loads ahead of time, and the other takes what it has loaded', async () => {
  const clock = createFakeClock();
  // What travels to the server takes a while, so that a value is stored later than it is kept.
  const travel = (): Promise<void> => new Promise((resolve) => void clock.schedule(5, resolve));
  const server = new SimulatedServer(clock, createRandom(1), travel);
  const open = (seed: number): Cache =>
    createCache({
      name: 'shared',
      ttlMs: TTL_MS,
      refreshBeta: 3,
      shared: simulatedTier(new SimulatedLink(server), 1_000),
      random: createRandom(seed),
      clock,
    });
  const caches = [open(1), open(2)];
  await clock.advance(200);
  let version = 0;
  const load = async (): Promise<number> => {
    await new Promise<void>((resolve) => void clock.schedule(LOAD_MS, resolve));
    return ++version;
  };
  for (const cache of caches) {
    void cache.getOrSet('k', load);
    await clock.advance(LOAD_MS + 50);
  }
  let waited = 0;
  for (let asked = 0; asked < 20 * TTL_MS; asked += 20) {
    for (const cache of caches) if (typeof cache.getOrSet('k', load) !== 'number') waited++;
    await clock.advance(20);
  }
  const sum = (what: 'loads' | 'sharedHits' | 'averted'): number =>
    caches.reduce((all, cache) => all + cache.stats()[what], 0);
  assert.equal(waited, 0, 'nobody waits');
  assert.ok(sum('loads') >= 20 && sum('loads') <= 26, `${sum('loads')} loads in 20 TTLs by both together`);
  const takenOver = sum('sharedHits') + sum('averted');
  assert.ok(takenOver >= 18 && takenOver <= 26, `${takenOver} were taken over`);
  const closed = Promise.all(caches.map((cache) => cache.close()));
  await clock.advance(5_000);
  await closed;
});
