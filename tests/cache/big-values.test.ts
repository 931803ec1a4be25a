import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import { createValueCodec } from 'millrace/cache';
import { STANDALONE } from '../redis/drivers.ts';
import { newName, openNode, openNodes, until } from './sharing-caches.ts';

const driverOf = STANDALONE['node-redis']!;
const url = await testRedis();
const options = { skip: url === undefined && 'no Redis' };
const open = () => driverOf(url ?? '');
const never = () => assert.fail('loaded again');
const MB = 1_048_576;

test(
  '[CACHE-532] a key of a megabyte is shared, invalidated and short in Redis, and is not the one that differs at its end',
  options,
  async (t) => {
    const driver = open();
    const name = newName();
    const a = await openNode(t, driver, { name });
    const b = await openNode(t, open(), { name });
    const [one, other] = [`${'k'.repeat(MB)}1`, `${'k'.repeat(MB)}2`];
    for (const key of [one, other]) await a.getOrSet(key, async () => key.at(-1), { tags: [`t${key.at(-1)}`] });
    await until('both are shared', async () => (await namesOf(driver, name)).length === 2);
    for (const key of [one, other]) assert.equal(await b.getOrSet(key, never), key.at(-1));
    for (const found of await namesOf(driver, name)) assert.ok(found.length < 200, found.slice(0, 300));
    await b.delete(one);
    await until('it is heard', () => a.get(one) === undefined);
    assert.equal(a.get(other), '2');
    await b.invalidateTags(['t2']);
    await until('it is heard', () => a.get(other) === undefined);
  },
);

async function namesOf(driver: ReturnType<typeof open>, name: string): Promise<string[]> {
  const names: string[] = [];
  for await (const batch of driver.scan(`${name}*`)) names.push(...batch);
  return names;
}

test('[CACHE-532] a value above the bound is each process’s own, and keeps nobody waiting', options, async (t) => {
  const codec = createValueCodec({ schemaVersion: 1, maxBytes: MB });
  const nodes = await openNodes(t, 3, open, { name: newName(), tier: { codec } });
  let loads = 0;
  const load = async (): Promise<string> => {
    loads++;
    return randomBytes(MB).toString('base64'); // Nothing of it can be compressed away.
  };
  for (const node of nodes) assert.ok(((await node.getOrSet('big', load)) as string).length > MB);
  for (const node of nodes) assert.ok(node.get('big') !== undefined);
  assert.equal(loads, nodes.length);
});

test('[CACHE-532] a hundred thousand tags at once become one invalidation of everything', options, async (t) => {
  const [a, b] = await openNodes(t, 2, open, { name: newName() });
  if (a === undefined || b === undefined) return;
  await b.getOrSet('row', async () => 'old', { tags: ['t99999'] });
  await b.getOrSet('bystander', async () => 'old', { tags: ['other'] });
  await a.invalidateTags(Array.from({ length: 100_000 }, (_, index) => `t${index}`));
  await until('it is heard', () => b.get('row') === undefined);
  assert.equal(await b.getOrSet('row', async () => 'new', { tags: ['t99999'] }), 'new');
});
