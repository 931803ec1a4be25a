import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/index.ts';
import { createCache, type LoadContext } from './index.ts';

const still = { name: 'still', ttlMs: 100, ttlJitter: 0 };

test('[CACHE-320] a loader says how long its answer counts and what it carries', async () => {
  const clock = createFakeClock();
  const cache = createCache({ ...still, clock });
  await cache.getOrSet('k', async (context) => {
    context.store({ ttlMs: 500, tags: ['late'] });
    return 1;
  });
  await clock.advance(400);
  assert.equal(cache.get('k'), 1);
  void cache.invalidateTags(['late']);
  assert.equal(cache.get('k'), undefined);
  const bad = (context: LoadContext<number>): number => {
    context.store({ ttlMs: -1 });
    return 1;
  };
  assert.throws(() => cache.getOrSet('bad', bad), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-320] a tag that is named at the end, and was invalidated since the beginning, counts', async () => {
  const cache = createCache(still);
  const gate = Promise.withResolvers<void>();
  let row = 'old';
  const load = async (context: LoadContext<string>): Promise<string> => {
    const seen = row;
    await gate.promise;
    context.store({ tags: ['late'] });
    return seen;
  };
  const before = cache.getOrSet('k', load);
  row = 'new';
  void cache.invalidateTags(['late']);
  const after = cache.getOrSet('k', load);
  gate.resolve();
  assert.deepEqual([await before, await after, cache.get('k')], ['old', 'new', 'new']);
});

test('[CACHE-321] what is not to be stored is its own caller’s alone', async () => {
  const clock = createFakeClock();
  const cache = createCache({ ...still, clock });
  let loads = 0;
  const load = async (context: LoadContext<number>): Promise<number> => {
    context.doNotStore(1_000);
    return ++loads;
  };
  const answers = await Promise.all([1, 2, 3].map(() => cache.getOrSet('k', load)));
  assert.deepEqual([...answers].sort(), [1, 2, 3]);
  assert.equal(cache.get('k'), undefined);
  const slow = Promise.withResolvers<number>();
  const waiting = cache.getOrSet('k', () => slow.promise);
  assert.equal(await cache.getOrSet('k', load), 4, 'nobody waits for another');
  slow.resolve(0);
  assert.equal(await waiting, 0);
  await clock.advance(1_000);
  assert.equal(await cache.getOrSet('k', async () => 7), 7);
  assert.equal(cache.get('k'), 7);
});

test('[CACHE-372] what is only not stored is shared by who waited, and waited for by the next', async () => {
  const cache = createCache(still);
  let loads = 0;
  const load = async (context: LoadContext<number>): Promise<number> => {
    context.doNotStore(0);
    return ++loads;
  };
  for (const round of [1, 2]) {
    const answers = await Promise.all([1, 2, 3].map(() => cache.getOrSet('k', load)));
    assert.deepEqual([answers, cache.get('k')], [[round, round, round], undefined]);
  }
  const refused = (context: LoadContext<number>): number => {
    context.doNotStore(-1);
    return 1;
  };
  assert.throws(() => cache.getOrSet('bad', refused), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-322] a loader may say that the value there was still holds', async () => {
  const clock = createFakeClock();
  const cache = createCache({ ...still, staleIfErrorMs: 1_000, clock });
  const value = { version: 1 };
  await cache.set('k', value);
  await clock.advance(150);
  assert.equal(await cache.getOrSet('k', async (context: LoadContext<object>) => context.notModified()), value);
  assert.equal(cache.get('k'), value);
  const none = async (context: LoadContext<object>): Promise<object> => context.notModified();
  await assert.rejects(async () => await cache.getOrSet('none', none), { code: 'MILLRACE_CACHE_NOTHING_PREVIOUS' });
});
