import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { cacheGet, cacheInvalidate, cacheLoad } from '../signals/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { createCache } from './index.ts';

/** What the three channels said of one cache while `work` ran. */
async function listen(name: string, work: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const stops = [
    cacheGet.subscribe((it) => it.name === name && said.push(`get ${it.keyPattern} ${it.outcome}`)),
    cacheLoad.subscribe((it) => it.name === name && said.push(`load ${it.keyPattern} ${it.outcome} ${it.durationMs}`)),
    cacheInvalidate.subscribe(
      (it) => it.name === name && said.push(`drop ${it.keyPattern} ${it.outcome} ${it.dropped}+${it.barred}`),
    ),
  ];
  try {
    await work();
  } finally {
    for (const stop of stops) stop();
  }
  return said;
}

test('[CACHE-24] reads, loads and invalidations are published with what became of them', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'watched', maxLoads: 1, loadTimeoutMs: 100, clock });
  const wait = (ms: number) => (): Promise<string> => new Promise((done) => void clock.schedule(ms, () => done('row')));
  const key = ['user', 42];
  const said = await listen('watched', async () => {
    const reads = [cache.getOrSet(key, wait(30)), cache.getOrSet(key, wait(30))];
    assert.throws(() => cache.getOrSet('other', wait(1)));
    await clock.advance(30);
    await Promise.all(reads);
    cache.get(key);
    void cache.delete(key);
    const doomed = cache.getOrSet(key, wait(10), { tags: ['user:42', 'list'] });
    void cache.invalidateTags(['user:42', 'user:43']);
    await clock.advance(10);
    await doomed;
    const late = assert.rejects(async () => await cache.getOrSet('slow', wait(1_000)));
    await clock.advance(100);
    await late;
    void cache.clear();
  });
  assert.deepEqual(said, [
    'get user:* miss',
    'get user:* join',
    'get * miss',
    'load * refused 0',
    'load user:* stored 30',
    'get user:* hit',
    'drop user:* key 1+0',
    'get user:* miss',
    'drop user:* tags 0+1',
    'load user:* discarded 10',
    'get * miss',
    'load * timeout 100',
    'drop  all 0+0',
  ]);
});

test('[CACHE-25] nothing a user entered is in a signal', async () => {
  const cache = createCache({ name: 'private' });
  const secrets = ['ada@example.com', '203.0.113.9', 'eyJhbGciOi.payload.signature', '4111111111111111'];
  const said = await listen('private', async () => {
    for (const secret of secrets) {
      for (const key of [secret, ['user', secret], ['user', secret, secret]]) {
        await cache.getOrSet(key, async () => secret, { tags: [secret, `user:${secret}`] });
        void cache.delete(key);
        void cache.invalidateTags([secret, `user:${secret}`]);
      }
    }
  });
  assert.equal(said.length, 48);
  for (const secret of secrets) assert.ok(!said.some((line) => line.includes(secret)));
});
