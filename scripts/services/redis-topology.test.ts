import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisCluster, startRedisSentinel } from './index.ts';
import { askRedis } from './redis-info.ts';
import { findRedisProgram } from './redis-program.ts';
import { listens } from './trial/trial.ts';

const program = await findRedisProgram(process.env.PATH ?? '');

suite('several servers', { skip: program === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  test('[SERVICES-27] Sentinels choose another primary when theirs is killed, and close leaves nothing', async () => {
    const topology = await startRedisSentinel();
    assert.ok(topology);
    const old = await topology.primary();
    assert.equal(old, topology.servers[0]);
    await old.kill();
    assert.equal(await listens(new URL(old.url)), false);
    const end = performance.now() + 30_000;
    while ((await topology.primary()) === old && performance.now() < end) await sleep(100);
    const chosen = await topology.primary();
    assert.notEqual(chosen, old);
    assert.match(await askRedis(chosen.url, ['SET', 'a', 'b']), /\+OK/);
    await Promise.all([topology.close(), topology.close()]);
    for (const { url } of [...topology.servers, ...topology.sentinels])
      assert.equal(await listens(new URL(url)), false);
  });

  test('[SERVICES-28] a Cluster serves all slots, and a node that was killed comes back to it', async () => {
    await using cluster = await startRedisCluster();
    assert.ok(cluster);
    const [first, second] = cluster.primaries;
    assert.ok(first && second);
    assert.match(await askRedis(first.url, ['CLUSTER', 'INFO']), /cluster_slots_ok:16384\r/);
    const replica = cluster.replicas[0];
    assert.ok(replica);
    await replica.kill();
    await replica.start();
    assert.match(await askRedis(replica.url, ['CLUSTER', 'INFO']), /cluster_known_nodes:6\r/);
  });
});
