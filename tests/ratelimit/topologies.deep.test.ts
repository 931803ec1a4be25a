import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisCluster, startRedisSentinel } from '@millrace/scripts/services';
import { checkSharedTogether, createSharedRateLimiter, type SharedRateLimiter } from 'millrace/ratelimit';
import type { RedisDriver } from 'millrace/redis';
import { CLUSTER, SENTINEL } from '../redis/drivers.ts';

const HOUR_MS = 3_600_000;
const FEW = { name: 'few', limit: 5, windowMs: HOUR_MS } as const;

const newName = (): string => `test-${randomBytes(6).toString('hex')}`;

/** How many of so many questions at once pass, all of them decided by Redis. */
async function passing(limiter: SharedRateLimiter, key: readonly string[] | string, count: number): Promise<number> {
  const decisions = await Promise.all(Array.from({ length: count }, () => limiter.check(key)));
  for (const { by } of decisions) assert.ok(by === 'redis' || by === 'denial', by);
  return decisions.filter(({ allowed }) => allowed).length;
}

for (const [client, open] of Object.entries(CLUSTER)) {
  test(`[RATE-172] in a Cluster all rules of a key are counted in one place, whatever slot a key wants to be in (${client})`, async (t) => {
    const cluster = await startRedisCluster();
    if (cluster === undefined) return t.skip('no redis-server or valkey-server on the PATH');
    t.after(() => cluster.close());
    const driver = open(cluster);
    t.after(() => driver.close());
    await driver.connected({ timeoutMs: 15_000 });
    const options = { driver, timeoutMs: 5_000 };
    const rules = [
      FEW,
      { name: 'log', limit: 8, windowMs: HOUR_MS, algorithm: 'exact-log' },
      { name: 'seen', limit: 2, windowMs: HOUR_MS, shadow: true },
    ] as const;
    const name = `{${newName()}}`;
    const [one, two] = [1, 2].map(() => createSharedRateLimiter({ ...options, name, rules, bans: true }));
    const keys = [...Array.from({ length: 30 }, (_, each) => ['user', String(each)]), ['{a}', 'b'], '{x}', '}{', '{}'];
    for (const key of keys) {
      const passed = await Promise.all([passing(one!, key, 4), passing(two!, key, 4)]);
      assert.equal(passed[0]! + passed[1]!, 5, String(key));
    }
    assert.equal(await one!.ban('{y}', HOUR_MS), true);
    assert.equal((await two!.check('{y}')).banned, true);

    const budgets = ['a', 'b', 'c'].map((each) =>
      createSharedRateLimiter({ ...options, name: newName() + each, rules: [FEW] }),
    );
    await passing(budgets[1]!, 'k', 3);
    const joint = Array.from({ length: 6 }, () =>
      checkSharedTogether(budgets.map((limiter) => ({ limiter, key: 'k' }))),
    );
    assert.equal((await Promise.all(joint)).filter(({ allowed }) => allowed).length, 2);
    await sleep(50); // What was counted by one and denied by another is given back behind the answer.
    const left = await Promise.all(budgets.map(async (limiter) => (await limiter.peek('k')).remaining));
    assert.deepEqual(left, [3, 0, 3]);
  });
}

async function afterFailover(driver: RedisDriver, limiter: SharedRateLimiter): Promise<void> {
  const end = performance.now() + 40_000;
  while ((await limiter.check(newName())).by !== 'redis') {
    assert.ok(performance.now() < end, `Redis was never asked again: ${driver.ready}`);
    await sleep(50);
  }
}

for (const [client, open] of Object.entries(SENTINEL)) {
  test(`[RATE-172] a replica that takes over without the script and the last counts begins anew at worst once (${client})`, async (t) => {
    const topology = await startRedisSentinel();
    if (topology === undefined) return t.skip('no redis-server or valkey-server on the PATH');
    t.after(() => topology.close());
    const driver = open(topology);
    t.after(() => driver.close());
    await driver.connected({ timeoutMs: 15_000 });
    const rules = [{ name: 'r', limit: 20, windowMs: HOUR_MS, whenAway: 'closed' }] as const;
    const limiter = createSharedRateLimiter({ name: newName(), driver, rules, timeoutMs: 500 });
    assert.equal(await passing(limiter, 'k', 15), 15);
    const old = await topology.primary();
    await old.kill();
    let [passed, asked] = [0, 0];
    const end = performance.now() + 60_000;
    while ((await topology.primary()) === old) {
      assert.ok(performance.now() < end, 'no other primary');
      asked++;
      if ((await limiter.check('k')).allowed) passed++;
      await sleep(50);
    }
    assert.ok(asked > 0);
    await afterFailover(driver, limiter);
    passed += await passing(limiter, 'k', 40);
    assert.ok(passed >= 5 && passed <= 20, `${passed} of 20`);
    assert.equal(await passing(limiter, 'k', 20), 0);
  });
}
