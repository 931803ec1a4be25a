import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { STANDALONE } from '../redis/drivers.ts';
import { NODES, openNodes, until } from './nodes.ts';

/** Far more than an invalidation takes to come through. */
const PROPAGATION_MS = 200;

for (const [client, driverOf] of Object.entries(STANDALONE)) {
  test(`[CACHE-302] what one process loads the others find, until it is invalidated (${client})`, async (t) => {
    const [a, b, c] = await openNodes(t, driverOf);
    if (a === undefined || b === undefined || c === undefined) return;
    assert.deepEqual(await a.getOrSet(['user', 1], async () => ({ name: 'old' }), { tags: ['users'] }), {
      name: 'old',
    });
    await until(() => a.stats().loading === 0);
    await sleep(20);
    const found = await b.getOrSet(['user', 1], () => assert.fail('loaded twice'));
    assert.deepEqual([found, b.stats().sharedHits], [{ name: 'old' }, 1]);
    await b.delete(['user', 1]);
    assert.equal(b.get(['user', 1]), undefined);
    await until(() => a.get(['user', 1]) === undefined);
    assert.deepEqual(await c.getOrSet(['user', 1], async () => ({ name: 'new' }), { tags: ['users'] }), {
      name: 'new',
    });
    await sleep(20);
    assert.deepEqual(await a.getOrSet(['user', 1], () => assert.fail('loaded twice')), { name: 'new' });
    await a.invalidateTags(['users']);
    await until(() => c.get(['user', 1]) === undefined);
    assert.deepEqual(await b.getOrSet(['user', 1], async () => ({ name: 'newer' }), { tags: ['users'] }), {
      name: 'newer',
    });
    await sleep(20);
    await c.clear();
    await until(() => b.get(['user', 1]) === undefined);
    assert.equal(await b.getOrSet(['user', 1], async () => null), null);
  });

  test(`[CACHE-303] a cold key is loaded once for all processes (${client})`, async (t) => {
    const nodes = await openNodes(t, driverOf);
    let loads = 0;
    const load = async (): Promise<number> => {
      await sleep(50);
      return ++loads;
    };
    const reads = nodes.flatMap((node) => Array.from({ length: 50 }, async () => node.getOrSet('cold', load)));
    assert.deepEqual([...new Set(await Promise.all(reads))], nodes.length === 0 ? [] : [1]);
    assert.equal(loads, nodes.length === 0 ? 0 : 1);
    assert.equal(
      nodes.reduce((sum, node) => sum + node.stats().averted, 0),
      Math.max(0, nodes.length - 1),
    );
  });

  test(`[CACHE-370] who waits for another process is let go when the key is invalidated (${client})`, async (t) => {
    const [a, b, c] = await openNodes(t, driverOf);
    if (a === undefined || b === undefined || c === undefined) return;
    const slow = Promise.withResolvers<string>();
    const first = a.getOrSet('k', () => slow.promise);
    await sleep(30);
    const second = b.getOrSet('k', async () => 'new');
    await sleep(50);
    const begunAt = performance.now();
    await c.delete('k');
    assert.equal(await second, 'new');
    assert.ok(performance.now() - begunAt < 500, 'it waited as long as it would have for a lost message');
    slow.resolve('old');
    assert.equal(await first, 'old');
  });

  test(`[CACHE-304] an old value is nowhere found once everybody has heard of it (${client})`, async (t) => {
    const nodes = await openNodes(t, driverOf);
    let row = 0;
    for (let round = 0; round < 40; round++) {
      const writer = nodes[round % NODES];
      if (writer === undefined) return;
      const reads = nodes.map((node) => node.getOrSet('row', async () => row, { tags: ['t'] }));
      row++;
      await (round % 2 === 0 ? writer.delete('row') : writer.invalidateTags(['t']));
      assert.equal(await writer.getOrSet('row', async () => row, { tags: ['t'] }), row);
      await Promise.all(reads);
      await sleep(round % 4 === 0 ? PROPAGATION_MS / 10 : 1);
    }
    await sleep(PROPAGATION_MS);
    for (const node of nodes) assert.equal(await node.getOrSet('row', async () => row, { tags: ['t'] }), row);
  });
}
