import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../core/index.ts';
import { createFakeClock, propertySeed } from '../testing/index.ts';
import { type CacheKey, createCache, type LoadContext } from './index.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

const text = fc.oneof(fc.string(), fc.constantFrom('%/a/k', '%/a/', '/k', '%', '%%/a/k', ':k', 'k'));
const key: fc.Arbitrary<CacheKey> = fc.oneof(
  text,
  fc.array(fc.oneof(text, fc.integer()), { minLength: 1, maxLength: 3 }),
);

test('[CACHE-343] no key of one namespace meets a key of another, whatever a user enters', async () => {
  await fc.assert(
    fc.asyncProperty(key, key, async (one, other) => {
      const cache = createCache({ name: 'whole' });
      const [a, b] = [cache.namespace('a'), cache.namespace('a.b')];
      for (const [view, value] of [
        [cache, 0],
        [a, 1],
        [b, 2],
      ] as const)
        await view.set(one, value);
      for (const [view, value] of [
        [cache, 0],
        [a, 1],
        [b, 2],
      ] as const)
        assert.equal(view.get(one), value);
      await a.set(other, 3);
      assert.deepEqual([cache.get(one), b.get(one), cache.namespace('a').get(other)], [0, 2, 3]);
    }),
    { numRuns: 300, ...propertySeed() },
  );
});

test('[CACHE-344] a namespace is cleared by one entry of the log, and nothing else is', async () => {
  const clock = createFakeClock();
  const server = new SimulatedServer(clock, createRandom(1), () => Promise.resolve());
  const [here, there] = [1, 2].map(() =>
    createCache({ name: 'shared', shared: simulatedTier(new SimulatedLink(server), 1_000), maxEntries: 100, clock }),
  ) as [ReturnType<typeof createCache>, ReturnType<typeof createCache>];
  await clock.advance(100);
  const load = async (context: LoadContext<number>): Promise<number> => {
    context.store({ tags: ['%/part', 'late'] });
    return 1;
  };
  for (let row = 0; row < 20; row++) await there.namespace('part').getOrSet(['row', row], load, { tags: ['t'] });
  await there.getOrSet('row', load);
  await clock.advance(10);
  const before = server.history.position;
  const told = here.namespace('part').clear();
  await clock.advance(50);
  await told;
  assert.equal(server.history.position, before + 1);
  assert.deepEqual([there.namespace('part').get(['row', 0]), there.get('row')], [undefined, 1]);
  const read = await there.namespace('part').getOrSet(['row', 1], async () => 2);
  assert.equal(read, 2, 'nor is what was shared before given');
  const closed = Promise.all([here.close(), there.close()]);
  await clock.advance(1_000);
  await closed;
});

test('[CACHE-345] tags reach into every namespace, and none that a caller names is the cache’s own', async () => {
  const cache = createCache({ name: 'whole' });
  const part = cache.namespace('part', { tags: ['parts'], ttlMs: 5 });
  await part.set('k', 1, { tags: ['user:7'] });
  await cache.set('k', 2, { tags: ['user:7', '%/part'] });
  await part.clear();
  assert.deepEqual([part.get('k'), cache.get('k')], [undefined, 2]);
  await part.set('k', 1, { tags: ['user:7'] });
  await cache.invalidateTags(['%/part']);
  assert.deepEqual([part.get('k'), cache.get('k')], [1, undefined]);
  await cache.set('k', 2, { tags: ['user:7'] });
  await part.invalidateTags(['user:7']);
  assert.deepEqual([part.get('k'), cache.get('k')], [undefined, undefined]);
  assert.throws(() => cache.set('k', 1, { tags: [7 as unknown as string] }), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-346] a namespace has defaults of its own, and its name stands in patterns', async (t) => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'whole', ttlMs: 1_000, ttlJitter: 0, clock });
  const said: unknown[] = [];
  const listen = (message: unknown): number => said.push(message);
  channel('millrace.cache.invalidate').subscribe(listen);
  t.after(() => channel('millrace.cache.invalidate').unsubscribe(listen));
  const part = cache.namespace('part', { ttlMs: 100, tags: ['parts'] });
  await part.set(['row', 1], 1);
  await part.set(['row', 2], 2, { ttlMs: 500 });
  part.get(['row', 1]);
  assert.deepEqual(Object.keys(cache.stats().patterns), ['part/row:*']);
  await clock.advance(200);
  assert.deepEqual([part.get(['row', 1]), part.get(['row', 2]), part.name], [undefined, 2, 'part']);
  await cache.invalidateTags(['parts']);
  assert.equal(part.get(['row', 2]), undefined, 'the tags of the defaults');
  await part.clear();
  assert.deepEqual(said.at(-1), { name: 'whole', keyPattern: 'part/*', outcome: 'all', dropped: 0, barred: 0 });
  for (const name of ['', 'a/b', 'a b', 'x'.repeat(65)]) {
    assert.throws(() => cache.namespace(name), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
  }
  const unknown = { ttl: 5 } as object;
  assert.throws(() => cache.namespace('a', unknown), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
