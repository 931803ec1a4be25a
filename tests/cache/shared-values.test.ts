import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { createValueCodec } from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';
import { STANDALONE } from '../redis/drivers.ts';
import { tell } from './drills/admin.ts';
import { newName, openNode, openNodes, until, untilShared } from './sharing-caches.ts';

const driverOf = STANDALONE['node-redis']!;
const url = await testRedis();
const options = { skip: url === undefined && 'no Redis' };
const open = () => driverOf(url ?? '');
const never = () => assert.fail('loaded again');

test(
  '[CACHE-500] what a program of another schema version invalidates is gone for this one too',
  options,
  async (t) => {
    const name = newName();
    const driver = open();
    const old = await openNode(t, driver, { name });
    await old.getOrSet('row', async () => 'old');
    await untilShared(old, driver, 'row');
    const tier = { codec: createValueCodec({ schemaVersion: 2 }) };
    const young = await openNode(t, open(), { name, tier });
    await young.delete('row');
    await until('it is heard', () => old.get('row') === undefined);
    assert.equal(await old.getOrSet('row', async () => 'new'), 'new');
    await young.getOrSet('row', async () => 'of two');
    await untilShared(young, driver, 'row', 2);
    await old.delete('row'); // It had not met the other version when it was opened.
    await until('it is heard there', () => young.get('row') === undefined);
    assert.equal(await young.getOrSet('row', async () => 'new of two'), 'new of two');
  },
);

test(
  '[CACHE-500] a schema version that comes back does not believe what it left, for nobody removed it',
  options,
  async (t) => {
    const name = newName();
    const tier = { codec: createValueCodec({ schemaVersion: 2 }) };
    const young = await openNode(t, open(), { name, tier });
    await young.delete('other'); // So that there is a place before which something may be.
    const driver = open();
    const old = await openNode(t, driver, { name });
    await old.getOrSet('row', async () => 'old');
    await untilShared(old, driver, 'row');
    await old.close();
    await tell(url ?? '', 'HDEL', `mr:{${name}}:meta`, 'v1'); // As if it had been here before anybody took notes.
    await young.delete('row');
    const again = await openNode(t, open(), { name });
    assert.equal(await again.getOrSet('row', async () => 'new'), 'new');
  },
);

test('[CACHE-500] past eight schema versions a new history begins', options, async (t) => {
  const name = newName();
  const old = await openNode(t, open(), { name });
  await old.getOrSet('row', async () => 'old');
  const others = Array.from({ length: 7 }, (_, index) => [`v${index + 2}`, '0']).flat();
  await tell(url ?? '', 'HSET', `mr:{${name}}:meta`, ...others);
  const { resets } = old.stats();
  await openNode(t, open(), { name, tier: { codec: createValueCodec({ schemaVersion: 9 }) } });
  await until('it is noticed', () => old.stats().resets > resets && old.stats().shared === 'used');
  const fields = (await tell(url ?? '', 'HKEYS', `mr:{${name}}:meta`)) as string[];
  assert.deepEqual(fields.filter((field) => /^v\d/.test(field)).toSorted(), ['v1', 'v9']);
  assert.equal(await old.getOrSet('row', async () => 'new'), 'new');
});

const ODD = [
  'a\ud800',
  'a\ud801',
  '\udfff',
  'a\u0000b',
  'a\r\nb',
  '__proto__',
  '{a}',
  '%7Ba}',
  'é',
  'e\u0301',
  '\uffff',
];

test('[CACHE-501] odd keys and tags are each their own, here and elsewhere', options, async (t) => {
  const [a, b] = await openNodes(t, 2, open, { name: newName() });
  if (a === undefined || b === undefined) return;
  for (const key of ODD) await a.getOrSet(key, async () => key, { tags: [`t${key}`] });
  for (const key of ODD) assert.equal(await b.getOrSet(key, async () => key, { tags: [`t${key}`] }), key);
  for (const [index, key] of ODD.entries()) {
    await (index % 2 === 0 ? a.delete(key) : a.invalidateTags([`t${key}`]));
    await until(`${JSON.stringify(key)} is heard of`, () => b.get(key) === undefined);
    for (const later of ODD.slice(index + 1)) assert.equal(b.get(later), later);
  }
  const fresh = await openNode(t, open(), { name: a.name });
  for (const key of ODD) assert.equal(await fresh.getOrSet(key, async () => 'new', { tags: [`t${key}`] }), 'new');
});

test('[CACHE-503] for a value that cannot be written nobody waits for another', options, async (t) => {
  const LOAD_MS = 200;
  const nodes = await openNodes(t, 5, open, { name: newName() });
  const load = async (): Promise<Date> => {
    await sleep(LOAD_MS);
    return new Date(0);
  };
  const began = performance.now();
  await Promise.all(nodes.map(async (node) => node.getOrSet('date', load)));
  const tookMs = performance.now() - began;
  assert.ok(tookMs < 4 * LOAD_MS, `one after the other: ${tookMs} ms`); // One finds out, the others load at once.
});

test('[CACHE-506] what is not ours where a value or a lease should be is nothing, and goes', options, async (t) => {
  const driver = open();
  const name = newName();
  const cache = await openNode(t, driver, { name, cache: { ttlMs: 60_000 } });
  const harms: readonly (readonly [string, (at: string, lease: string) => readonly string[]])[] = [
    ['a list', (at) => ['RPUSH', at, 'x']],
    ['a text', (at) => ['SET', at, 'x']],
    ['nothing but an id', (at) => ['SET', at, '12345678']],
    ['a list for a lease', (_, lease) => ['RPUSH', lease, 'x']],
    ['a lease without an end', (_, lease) => ['SET', lease, 'x']],
    ['a lease of nobody', (_, lease) => ['SET', lease, 'x!']],
  ];
  for (const [what, harm] of harms) {
    const at = `${name}@1:${what}`;
    await tell(url ?? '', ...harm(at, `lease:{${at}}`));
    await cache.delete(what); // Resolves: whatever it is, it goes.
    await tell(url ?? '', ...harm(at, `lease:{${at}}`));
    assert.equal(await cache.getOrSet(what, async () => 'good'), 'good', what);
    await until(`${what} is gone`, async () => {
      await cache.clear(); // The first load may only have cleared the way.
      await cache.getOrSet(what, async () => 'good');
      const found = await driver.command(at, ['TYPE', at]).then(String);
      return found === 'string' && ((await driver.get(at))?.length ?? 0) > 20;
    });
  }
  const other = await openNode(t, open(), { name });
  for (const [what] of harms.slice(-1)) assert.equal(await other.getOrSet(what, never), 'good', what);
  assert.equal(cache.stats().shared, 'used');
});

/** Of the first load, the answer to the question for the right to load is lost, and what gives that right back too. */
function losingRight(driver: RedisDriver): RedisDriver {
  let asked = 0;
  const lost = (): Error => Object.assign(new Error('lost'), { code: 'MILLRACE_REDIS_LOST' });
  return new Proxy(driver, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'evaluate') return value.bind(target);
      return async (...given: Parameters<RedisDriver['evaluate']>) => {
        if (!given[1][1]?.startsWith('lease:')) return target.evaluate(...given);
        if (++asked === 1) await target.evaluate(...given);
        if (asked <= 2) throw lost();
        return target.evaluate(...given);
      };
    },
  });
}

test(
  '[CACHE-517] a right to load that was lost with its answer is given back once Redis answers',
  options,
  async (t) => {
    const name = newName();
    const tier = { leaseMs: 20_000 };
    const losing = await openNode(t, losingRight(open()), { name, tier });
    const other = await openNode(t, open(), { name, tier });
    assert.equal(await losing.getOrSet('row', async () => 'alone'), 'alone');
    await losing.getOrSet('another', async () => 'answered');
    const began = performance.now();
    assert.equal(await other.getOrSet('row', async () => 'at once'), 'at once');
    assert.ok(performance.now() - began < 5_000);
  },
);
