import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type Cache, createCache, type LoadContext, TTL_POLICIES, type TtlPolicyName } from './index.ts';

/** How long the value that `store` stores is held, to the step. */
async function lifeOf(clock: FakeClock, cache: Cache, store: () => unknown, stepMs = 1_000): Promise<number> {
  await store();
  const from = clock.now();
  while (cache.peek('k') !== undefined) await clock.advance(stepMs);
  return clock.now() - from;
}

test('[CACHE-355] each policy is what its name promises, for a cache, a namespace and an entry', async () => {
  const seconds = {
    default: 60,
    user: 300,
    list: 180,
    stats: 60,
    trend: 300,
    config: 1_800,
    static: 3_600,
    llm: 3_600,
  };
  for (const [name, ttl] of Object.entries(seconds))
    assert.equal(TTL_POLICIES[name as TtlPolicyName].ttlMs, ttl * 1_000);
  assert.equal(Object.keys(TTL_POLICIES).length, Object.keys(seconds).length + 1);
  const clock = createFakeClock();
  const cache = createCache({ name: 'still', policy: 'stats', ttlJitter: 0, clock });
  assert.equal(await lifeOf(clock, cache, () => cache.set('k', 1)), 60_000);
  assert.equal(await lifeOf(clock, cache, () => cache.set('k', 1, { policy: 'user' })), 300_000);
  assert.equal(await lifeOf(clock, cache, () => cache.set('k', 1, { policy: 'user', ttlMs: 5_000 })), 5_000);
  const part = cache.namespace('part', { policy: 'list' });
  await part.set('k', 1);
  await clock.advance(179_000);
  assert.equal(part.get('k'), 1);
  await clock.advance(1_000);
  assert.equal(part.get('k'), undefined);
  const own = createCache({ name: 'still', policy: 'static', ttlMs: 2_000, ttlJitter: 0, clock });
  assert.equal(await lifeOf(clock, own, () => own.set('k', 1)), 2_000);
  assert.throws(() => createCache({ name: 'x', policy: 'forever' as 'llm' }), {
    code: 'MILLRACE_CACHE_OPTION_INVALID',
  });
  assert.throws(() => cache.set('k', 1, { policy: 'toString' as 'llm' }), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});

test('[CACHE-355] values of one policy do not end together', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'jittered', policy: 'list', maxEntries: 1_000, random: createRandom(1), clock });
  for (let row = 0; row < 1_000; row++) await cache.set(['row', row], row);
  const held = (): number =>
    cache.getMany(Array.from({ length: 1_000 }, (_, row) => ['row', row])).filter(Boolean).length;
  await clock.advance(161_999);
  assert.ok(held() >= 998);
  await clock.advance(18_001);
  assert.ok(Math.abs(held() - 500) < 60, `${held()} after the TTL`);
  await clock.advance(18_000);
  assert.equal(held(), 0);
});

test('[CACHE-356] a token counts until five minutes before its own end', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'tokens', policy: 'token', staleIfErrorMs: 3_600_000, clock });
  const tokenOf =
    (seconds: number) =>
    async (context: LoadContext<string>): Promise<string> => {
      context.store({ expiresAtMs: clock.wallNow() + seconds * 1_000 });
      return 'checked';
    };
  assert.equal(await lifeOf(clock, cache, () => cache.getOrSet('k', tokenOf(3_600)), 10_000), 3_300_000);
  const gone = async (): Promise<string> => Promise.reject(new Error('down'));
  assert.equal(await cache.getOrSet('k', gone), 'checked', 'within the margin, for want of better');
  await clock.advance(300_000);
  await assert.rejects(async () => await cache.getOrSet('k', gone), /down/, 'not past its own end');
  assert.equal(await cache.getOrSet('k', tokenOf(299)), 'checked');
  assert.equal(cache.get('k'), undefined, 'not worth storing');
  await cache.set('k', 'said', { expiresAtMs: clock.wallNow() + 301_000 });
  assert.equal(cache.get('k'), 'said');
  await clock.advance(1_000);
  const life = await lifeOf(clock, cache, () => cache.getOrSet('k', tokenOf(40 * 86_400)), 100_000);
  assert.ok(life > 0.9 * 86_100_000 && life < 1.1 * 86_100_000, `${life}`);
  const bad = (context: LoadContext<number>): number => {
    context.store({ expiresAtMs: Number.NaN });
    return 1;
  };
  assert.throws(() => cache.getOrSet('bad', bad), { code: 'MILLRACE_CACHE_OPTION_INVALID' });
});
