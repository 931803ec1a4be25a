import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { type Cache, createCache, type SharedStore, type SharedTier } from './index.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

/* Loads that nobody waits for, and values on their way from another process, are invalidated like any other. */

const BEHIND = { ttlMs: 100, ttlJitter: 0, staleWhileRevalidateMs: 100 };
const INVALIDATIONS: Readonly<Record<string, (cache: Cache) => Promise<void>>> = {
  delete: (cache) => cache.delete('k'),
  invalidateTags: (cache) => cache.invalidateTags(['t']),
  clear: (cache) => cache.clear(),
};

for (const [by, invalidate] of Object.entries(INVALIDATIONS)) {
  for (const [when, atMs] of [
    ['behind an answer past its TTL', 120],
    ['ahead of the end of a TTL', 99.9],
  ] as const) {
    test(`[CACHE-530] ${by} during a load ${when}: what it reads is kept nowhere`, async () => {
      const clock = createFakeClock();
      const cache = createCache({ name: 'behind', clock, refreshBeta: 10, random: createRandom(1), ...BEHIND });
      const first = cache.getOrSet(
        'k',
        () => new Promise((resolve) => void clock.schedule(20, () => resolve('first'))),
        { tags: ['t'] },
      );
      await clock.advance(20);
      assert.equal(await first, 'first');
      await clock.advance(atMs);
      const gate = Promise.withResolvers<string>();
      let isAsked = false;
      const load = (): Promise<string> => {
        isAsked = true;
        return gate.promise;
      };
      assert.equal(cache.getOrSet('k', load, { tags: ['t'] }), 'first');
      assert.ok(isAsked, 'a load is under way that nobody waits for');
      await invalidate(cache);
      gate.resolve('read before');
      await clock.advance(1);
      assert.equal(cache.get('k'), undefined);
      assert.equal(await cache.getOrSet('k', async () => 'read after', { tags: ['t'] }), 'read after');
    });
  }
}

/** Answers that were given wait at the gate before they come back. */
function heldBack(tier: SharedTier, gate: Promise<void>): SharedTier {
  const holdBack = (store: SharedStore): SharedStore => ({
    get ready() {
      return store.ready;
    },
    async find(key) {
      const found = await store.find(key);
      await gate;
      return found;
    },
    findMany: (keys) => store.findMany(keys),
    take: (key, refused) => store.take(key, refused),
    renew: (lease) => store.renew(lease),
    fill: (lease, value) => store.fill(lease, value),
    release: (lease, why, forMs) => store.release(lease, why, forMs),
    remove: (keys) => store.remove(keys),
    close: () => store.close(),
  });
  return {
    ...tier,
    open(needs) {
      const { store, log } = tier.open(needs);
      return { store: holdBack(store), log };
    },
  };
}

for (const [by, invalidate] of Object.entries(INVALIDATIONS)) {
  test(`[CACHE-531] ${by} elsewhere while a shared value is on its way: it is kept nowhere`, async () => {
    const clock = createFakeClock();
    const server = new SimulatedServer(clock, createRandom(1), () => Promise.resolve());
    const gate = Promise.withResolvers<void>();
    const tierOf = (): SharedTier => simulatedTier(new SimulatedLink(server), 10_000);
    const writer = createCache({ name: 'writer', clock, shared: tierOf() });
    const reader = createCache({ name: 'reader', clock, shared: heldBack(tierOf(), gate.promise) });
    await clock.advance(200);
    await writer.getOrSet('k', async () => 'old', { tags: ['t'] });
    await clock.advance(1);
    const read = reader.getOrSet('k', async () => 'new', { tags: ['t'] }) as Promise<string>;
    await clock.advance(1);
    const told = invalidate(writer);
    await clock.advance(200);
    await told;
    gate.resolve();
    await clock.advance(100);
    await read; // Who came before may have it, or what was loaded in its place; neither is kept.
    assert.equal(reader.get('k'), undefined);
    const after = reader.getOrSet('k', async () => 'new', { tags: ['t'] }) as Promise<string>;
    await clock.advance(100);
    assert.equal(await after, 'new');
    const closed = Promise.all([writer.close(), reader.close()]);
    await clock.advance(1_000);
    await closed;
  });
}
