import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisCluster } from '@millrace/scripts/services';
import { tell } from './drills/admin.ts';

export async function slotOf({ primaries }: RedisCluster, key: string): Promise<number> {
  return Number(await tell(primaries[0]?.url ?? '', 'CLUSTER', 'KEYSLOT', key));
}

/** Which of the primaries has the slot of `key`. */
export async function ownerOf(cluster: RedisCluster, key: string): Promise<number> {
  return ownerOfSlot(cluster, await slotOf(cluster, key));
}

async function ownerOfSlot({ primaries }: RedisCluster, slot: number): Promise<number> {
  const ranges = (await tell(primaries[0]?.url ?? '', 'CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
  return primaries.findIndex((primary) => primary.port === port);
}

/** Moves a slot to the next primary, key by key, and stays half-way for so long. */
export async function moveSlot(cluster: RedisCluster, slot: number, halfWayMs: number): Promise<void> {
  const from = await ownerOfSlot(cluster, slot);
  const to = (from + 1) % cluster.primaries.length;
  const urls = cluster.primaries.map(({ url }) => url);
  const [source, target] = [urls[from] ?? '', urls[to] ?? ''];
  const ids = await Promise.all(urls.map(async (url) => String(await tell(url, 'CLUSTER', 'MYID'))));
  await tell(target, 'CLUSTER', 'SETSLOT', `${slot}`, 'IMPORTING', ids[from] ?? '');
  await tell(source, 'CLUSTER', 'SETSLOT', `${slot}`, 'MIGRATING', ids[to] ?? '');
  const how = ['127.0.0.1', `${cluster.primaries[to]?.port}`, '', '0', '5000', 'AUTH', cluster.password, 'KEYS'];
  for (let round = 0; ; round++) {
    const keys = (await tell(source, 'CLUSTER', 'GETKEYSINSLOT', `${slot}`, '1')) as string[];
    if (keys.length === 0) break;
    await tell(source, 'MIGRATE', ...how, ...keys);
    if (round === 0) await sleep(halfWayMs);
  }
  for (const url of [target, source, ...urls]) await tell(url, 'CLUSTER', 'SETSLOT', `${slot}`, 'NODE', ids[to] ?? '');
}
