import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../core/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { AdaptiveTtls } from './adaptive-ttl.ts';
import { CacheStatistics } from './cache-statistics.ts';
import { type Cache, createCache, type LoadContext } from './index.ts';

const BOUNDS = { minMs: 1_000, maxMs: 1_000_000 };

test('[CACHE-357] the TTL is where the old answers of one are worth a load, within its bounds', () => {
  const statistics = new CacheStatistics();
  const ttls = new AdaptiveTtls({ ...BOUNDS, staleAnswers: 1 }, statistics);
  const pattern = statistics.numberOf(':user:#1');
  assert.equal(ttls.ttlOf(pattern, 60_000), 60_000, 'nothing was seen');
  for (let age = 0; age < 7; age++) ttls.invalidated(pattern, 100_000);
  assert.equal(ttls.ttlOf(pattern, 60_000), 60_000, 'too little was seen');
  ttls.invalidated(pattern, 100_000);
  for (let answer = 0; answer < 120; answer++) statistics.hit(pattern, 1, 0);
  // 120 answers in 120 s that were granted, 8.5 changes in 800 s.
  const wanted = Math.sqrt(2 / (0.001 * (8.5 / 800_000)));
  assert.ok(Math.abs(ttls.ttlOf(pattern, 60_000) - wanted) < 1, `${wanted}`);
  for (let age = 0; age < 100; age++) ttls.invalidated(pattern, 1);
  for (let answer = 0; answer < 100_000; answer++) statistics.hit(pattern, 1, 0);
  assert.equal(ttls.ttlOf(pattern, 60_000), 1_000);
  const still = statistics.numberOf(':config:#1');
  ttls.ttlOf(still, 60_000);
  for (let age = 0; age < 20; age++) ttls.loadedAgain(still, 10_000_000, false);
  assert.equal(ttls.ttlOf(still, 60_000), 1_000_000);
});

test('[CACHE-357] bounds that are none are refused', () => {
  const code = 'MILLRACE_CACHE_OPTION_INVALID';
  for (const adaptiveTtl of [
    { minMs: 0, maxMs: 1 },
    { minMs: 2, maxMs: 1 },
    { ...BOUNDS, staleAnswers: 0 },
  ]) {
    assert.throws(() => createCache({ name: 'x', adaptiveTtl }), { code });
  }
  const misspelt = { min: 1, ...BOUNDS };
  assert.throws(() => createCache({ name: 'x', adaptiveTtl: misspelt }), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

/** Asks each second for so long; the row changes at random, on average every so often. Answers how many loads that took. */
async function loadsOf(
  cache: Cache,
  clock: ReturnType<typeof createFakeClock>,
  name: string,
  { everyMs, random, isConditional }: { everyMs: number; random: Random; isConditional: boolean },
): Promise<number> {
  let version = 0;
  let loads = 0;
  const load = async (context: LoadContext<{ version: number }>): Promise<{ version: number }> => {
    loads++;
    return isConditional && context.previous?.version === version ? context.notModified() : { version };
  };
  for (let second = 0; second < 3_000; second++) {
    if (random.next() < 1_000 / everyMs) version++;
    await cache.getOrSet([name, 1], load);
    await clock.advance(1_000);
  }
  return loads;
}

test('[CACHE-357, CACHE-358] what changes often is loaded often, and what does not is not', async () => {
  const clock = createFakeClock();
  const random = createRandom(7);
  const options = {
    ttlMs: 20_000,
    staleIfErrorMs: 3_600_000,
    adaptiveTtl: { ...BOUNDS, staleAnswers: 1 },
    clock,
    random,
  };
  const cache = createCache({ name: 'adaptive', ...options });
  const slow = await loadsOf(cache, clock, 'slow', { everyMs: 100_000_000, random, isConditional: true });
  const fast = await loadsOf(cache, clock, 'fast', { everyMs: 10_000, random, isConditional: true });
  const silent = await loadsOf(cache, clock, 'silent', { everyMs: 10_000, random, isConditional: false });
  assert.ok(slow < 90, `${slow} loads of what stays`);
  assert.ok(
    fast > 400 && fast < 1_200,
    `${fast} loads of what changes every ten seconds: the formula says a TTL of 4.5 s`,
  );
  assert.ok(silent > 130 && silent < 170, `${silent} loads of what nothing is known of: every 20 s`);
});

test('[CACHE-358] invalidations of keys and tags show a change, and a TTL that is named stays', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'adaptive', ttlMs: 500_000, ttlJitter: 0, adaptiveTtl: BOUNDS, clock });
  for (let round = 0; round < 20; round++) {
    await cache.getOrSet(['row', 1], async () => round, { tags: ['t'] });
    for (let second = 0; second < 10; second++) {
      cache.get(['row', 1]);
      await clock.advance(1_000);
    }
    await (round % 2 === 0 ? cache.delete(['row', 1]) : cache.invalidateTags(['t']));
  }
  await cache.getOrSet(['row', 1], async () => -1);
  await cache.set(['row', 2], 2, { ttlMs: 400_000 });
  await cache.getOrSet(['row', 3], (context: LoadContext<number>) => {
    context.store({ ttlMs: 400_000 });
    return 3;
  });
  await cache.namespace('part', { policy: 'static' }).set(['row', 4], 4);
  await clock.advance(100_000);
  assert.deepEqual(
    cache.getMany([
      ['row', 1],
      ['row', 2],
      ['row', 3],
    ]),
    [undefined, 2, 3],
  );
  assert.equal(cache.namespace('part').get(['row', 4]), 4);
});
