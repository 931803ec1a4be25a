import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type Cache, type CacheOptions, createCache } from './index.ts';

function createStill(options: Partial<CacheOptions>): { readonly cache: Cache; readonly clock: FakeClock } {
  const clock = createFakeClock();
  return { cache: createCache({ name: 'still', ttlMs: 100, ttlJitter: 0, clock, ...options }), clock };
}

test('[CACHE-310] a value past its TTL is given at once and loaded anew behind, once', async () => {
  const { cache, clock } = createStill({ staleWhileRevalidateMs: 50 });
  await cache.set('k', 'old');
  await clock.advance(120);
  const gate = Promise.withResolvers<string>();
  let loads = 0;
  const load = (): Promise<string> => {
    loads++;
    return gate.promise;
  };
  assert.deepEqual([cache.getOrSet('k', load), cache.getOrSet('k', load), loads], ['old', 'old', 1]);
  gate.resolve('new');
  await gate.promise;
  await clock.advance(0);
  assert.equal(cache.get('k'), 'new');
  assert.equal(cache.stats().staleHits, 2);
  await clock.advance(150);
  assert.equal(await cache.getOrSet('k', async () => 'newer'), 'newer');
});

test('[CACHE-310] a failed load behind is nobody’s, and an invalidated value is not given', async () => {
  const { cache, clock } = createStill({ staleWhileRevalidateMs: 50 });
  await cache.set('k', 'old');
  await clock.advance(120);
  assert.equal(
    cache.getOrSet('k', () => Promise.reject(new Error('down'))),
    'old',
  );
  await clock.advance(0);
  assert.equal(cache.stats().failures, 1);
  void cache.delete('k');
  assert.equal(await cache.getOrSet('k', async () => 'new'), 'new');
});

test('[CACHE-311] an old value stands in for a failure, as long as it may', async () => {
  const { cache, clock } = createStill({ staleIfErrorMs: 1_000 });
  const fail = (): Promise<string> => Promise.reject(new Error('down'));
  await cache.set('k', 'old');
  await clock.advance(900);
  assert.equal(await cache.getOrSet('k', fail), 'old');
  await clock.advance(200);
  await assert.rejects(async () => await cache.getOrSet('k', fail), /down/);
});

test('[CACHE-311] what was invalidated stands in for nothing', async () => {
  const { cache, clock } = createStill({ staleIfErrorMs: 1_000 });
  await cache.set('k', 'old', { tags: ['t'] });
  await clock.advance(200);
  void cache.invalidateTags(['t']);
  await assert.rejects(async () => await cache.getOrSet('k', () => Promise.reject(new Error('down'))), /down/);
});

test('[CACHE-312] who has an old value does not wait for long', async () => {
  const { cache, clock } = createStill({ staleIfErrorMs: 1_000, softTimeoutMs: 20 });
  await cache.set('k', 'old');
  await clock.advance(200);
  const gate = Promise.withResolvers<string>();
  const read = cache.getOrSet('k', () => gate.promise) as Promise<string>;
  await clock.advance(20);
  assert.equal(await read, 'old');
  gate.resolve('new');
  await gate.promise;
  await clock.advance(0);
  assert.equal(cache.get('k'), 'new');
});

test('[CACHE-313] a value that is asked for is loaded before its TTL ends, the likelier the nearer', async () => {
  const { cache, clock } = createStill({
    ttlMs: 1_000,
    refreshBeta: 1,
    staleWhileRevalidateMs: 100,
    random: createRandom(1),
  });
  const load = async (): Promise<number> => {
    await new Promise<void>((resolve) => void clock.schedule(50, resolve));
    return clock.now();
  };
  const first = cache.getOrSet('k', load) as Promise<number>;
  await clock.advance(50);
  await first;
  for (let at = 0; at < 10_000; at += 10) {
    await clock.advance(10);
    assert.equal(typeof cache.getOrSet('k', load), 'number', 'nobody waits');
  }
  const early = cache.stats().loads - 1;
  assert.ok(early >= 10 && early <= 14, `${early} loads ahead of ten TTLs`);
});

test('[CACHE-314] a failing origin is asked once in a while, and at once after an invalidation', async () => {
  const { cache, clock } = createStill({ retryAfterMs: 50 });
  let loads = 0;
  const fail = async (): Promise<string> => {
    loads++;
    throw new Error('down');
  };
  const ask = async (): Promise<void> => {
    await assert.rejects(async () => await cache.getOrSet('k', fail), /down/);
  };
  for (let asked = 0; asked < 20; asked++) {
    await ask();
    await clock.advance(10);
  }
  assert.equal(loads, 4);
  await ask();
  void cache.delete('k');
  await ask();
  assert.equal(loads, 6);
});

test('[CACHE-315] an answer that there is none counts for less', async () => {
  const { cache, clock } = createStill({ negativeTtlMs: 10 });
  await cache.getOrSet('none', async () => null);
  await cache.set('gone', null);
  assert.deepEqual([cache.get('none'), cache.get('gone')], [null, null]);
  assert.equal(cache.stats().negativeHits, 2);
  await clock.advance(10);
  assert.deepEqual([cache.get('none'), cache.get('gone')], [undefined, undefined]);
});
