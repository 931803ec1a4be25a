import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type Cache, createCache, type SharedTier } from './index.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

/** Two caches that share a server; what the second asks its store is noted. */
async function openTwo(): Promise<{
  readonly writer: Cache;
  readonly reader: Cache;
  readonly clock: FakeClock;
  readonly link: SimulatedLink;
  readonly asked: string[];
  /** Answers of the second's store wait for it. */
  readonly gate: { opens: Promise<void> };
}> {
  const clock = createFakeClock();
  const server = new SimulatedServer(clock, createRandom(1), () => Promise.resolve());
  const link = new SimulatedLink(server);
  const asked: string[] = [];
  const gate = { opens: Promise.resolve() };
  const options = { name: 'shared', ttlJitter: 0, clock };
  const writer = createCache({ ...options, shared: simulatedTier(new SimulatedLink(server), 1_000) });
  const reader = createCache({ ...options, shared: noting(simulatedTier(link, 1_000), asked, gate) });
  await clock.advance(100);
  return { writer, reader, clock, link, asked, gate };
}

function noting(tier: SharedTier, asked: string[], gate: { opens: Promise<void> }): SharedTier {
  return {
    ...tier,
    open(needs) {
      const { store, log } = tier.open(needs);
      const get = (target: typeof store, name: string): unknown => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        asked.push(name);
        return async (...given: unknown[]): Promise<unknown> => {
          const answer: unknown = await Reflect.apply(member, target, given);
          await gate.opens;
          return answer;
        };
      };
      return { log, store: new Proxy(store, { get: (target, name) => get(target, String(name)) }) };
    },
  };
}

test('[CACHE-350] many keys are read from memory at once, in their order', async () => {
  const cache = createCache({ name: 'many' });
  await cache.set('a', 1);
  await cache.set(['b', 2], null);
  assert.deepEqual(cache.getMany(['none', ['b', 2], 'a', 'a']), [undefined, null, 1, 1]);
  const { hits, misses } = cache.stats();
  assert.deepEqual([hits, misses, cache.getMany([])], [3, 1, []]);
});

test('[CACHE-351] without a loader what another process stored is found and kept, until it is invalidated', async () => {
  const { writer, reader, clock } = await openTwo();
  await writer.getOrSet('k', async () => 'value', { tags: ['t'], ttlMs: 500 });
  await clock.advance(100);
  assert.equal(await reader.find('k'), 'value');
  assert.equal(reader.find('k'), 'value', 'from memory, at once');
  assert.equal(await reader.find('none'), undefined);
  assert.deepEqual([reader.stats().loads, reader.stats().sharedHits], [0, 1]);
  await clock.advance(401);
  assert.equal(reader.get('k'), undefined, 'no longer than all agreed on');
  await writer.getOrSet('k', async () => 'next', { tags: ['t'] });
  const told = writer.invalidateTags(['t']);
  await clock.advance(50);
  await told;
  assert.equal(await reader.find('k'), undefined);
  await reader.close();
  assert.equal(await reader.find('k'), undefined);
  assert.equal(await createCache({ name: 'alone' }).find('k'), undefined);
});

test('[CACHE-352] what another process invalidates while it is on its way is not kept', async () => {
  const { writer, reader, clock, gate } = await openTwo();
  await writer.getOrSet('k', async () => 'old');
  await clock.advance(10);
  const opened = Promise.withResolvers<void>();
  gate.opens = opened.promise;
  const found = reader.find('k');
  await clock.advance(1);
  const told = writer.delete('k');
  await clock.advance(50);
  await told;
  const later = reader.find('k');
  opened.resolve();
  await found;
  assert.deepEqual([await later, reader.get('k')], [undefined, undefined]);
});

test('[CACHE-352] what is found after its invalidation is not kept, and nothing is while the tier is away', async () => {
  const { writer, reader, clock, link } = await openTwo();
  await writer.getOrSet('k', async () => 'old');
  await clock.advance(10);
  const before = reader.find('k');
  void reader.delete('k');
  assert.equal(await reader.find('k'), undefined);
  await before;
  assert.equal(reader.get('k'), undefined);
  await clock.advance(50);
  await writer.getOrSet('k', async () => 'new', { tags: ['t'] });
  await clock.advance(10);
  const tagged = reader.find('k');
  void reader.invalidateTags(['t']);
  assert.deepEqual([await tagged, reader.get('k')], [undefined, undefined]);
  link.cut = true;
  assert.equal(await reader.find('k'), undefined);
});

test('[CACHE-353] many are found, and sought before they are loaded, with one question', async () => {
  const { writer, reader, clock, asked } = await openTwo();
  const keys = Array.from({ length: 5 }, (_, row) => ['row', row] as const);
  const loadMissing = async (missing: readonly unknown[]): Promise<string[]> => missing.map(String);
  for (const key of keys.slice(0, 3)) await writer.getOrSet(key, async () => `shared ${key[1]}`);
  await clock.advance(10);
  assert.deepEqual(await reader.findMany(keys), ['shared 0', 'shared 1', 'shared 2', undefined, undefined]);
  assert.deepEqual(asked, ['findMany']);
  void reader.delete(['row', 0]);
  await clock.advance(50);
  asked.length = 0;
  const loaded = reader.loadMany(keys, loadMissing);
  await clock.advance(10);
  assert.deepEqual(await loaded, ['row,0', 'shared 1', 'shared 2', 'row,3', 'row,4']);
  assert.deepEqual(
    asked.filter((name) => name.startsWith('find')),
    ['findMany'],
  );
  const many = Array.from({ length: 250 }, (_, row) => ['other', row] as const);
  asked.length = 0;
  await reader.findMany(many);
  assert.equal(asked.length, 3, 'a hundred keys a question');
});
