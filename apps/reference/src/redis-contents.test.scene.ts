import { createClient } from '@redis/client';

/** Everything that lies in Redis under a namespace, by its key: whatever a service put there can be read in one of these texts. */
export async function redisContents(url: string, namespace: string): Promise<ReadonlyMap<string, string>> {
  const client = await createClient({ url }).connect();
  const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    string: (key) => client.get(key),
    hash: (key) => client.hGetAll(key),
    stream: (key) => client.xRange(key, '-', '+'),
    zset: (key) => client.zRange(key, 0, -1),
    set: (key) => client.sMembers(key),
    list: (key) => client.lRange(key, 0, -1),
  };
  const found = new Map<string, string>();
  try {
    for await (const keys of client.scanIterator({ MATCH: `*${namespace}*`, COUNT: 1_000 })) {
      for (const key of keys) {
        const type = await client.type(key);
        found.set(key, JSON.stringify(await read[type]?.(key)));
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}
