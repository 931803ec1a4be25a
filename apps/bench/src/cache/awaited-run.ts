import { setImmediate as turn } from 'node:timers/promises';
import { createCache as createDedupe } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable, createKeyv } from 'cacheable';
import { createCache } from 'millrace/cache';
import { askedKeys } from './asked-keys.ts';

/*
 * Awaited hits of one cache that loads, in a process of its own: 10,000 keys, all held in memory, asked for by Zipf's law.
 * Says how long one took. Each cache is bounded, has a time to live, hands out the stored object itself, and is set up for
 * speed as far as its options go: bentocache without serialising, cacheable without cloning and with one map.
 */

const KEYS = 10_000;
const TTL_MS = 86_400_000;
const ASKED = askedKeys(KEYS, 1 << 18);
const WARM_UP_MS = 500;
const MEASURED_MS = 1_500;

let loads = 0;
async function load(key: string): Promise<object> {
  loads++;
  return { key };
}

type Read = (key: string) => unknown;

const ARMS: Readonly<Record<string, () => Read>> = {
  own() {
    const cache = createCache({ name: 'subject', maxEntries: KEYS, ttlMs: TTL_MS });
    return (key) => cache.getOrSet(key, () => load(key));
  },
  tagged() {
    const cache = createCache({ name: 'subject', maxEntries: KEYS, ttlMs: TTL_MS });
    return (key) => cache.getOrSet(key, () => load(key), { tags: [key, 'team:7', 'users'] });
  },
  bentocache() {
    const memory = bentostore().useL1Layer(memoryDriver({ maxItems: KEYS, serialize: false }));
    const cache = new BentoCache({ default: 'memory', stores: { memory }, ttl: TTL_MS });
    return (key) => cache.getOrSet({ key, factory: () => load(key) });
  },
  cacheable() {
    const primary = createKeyv({ lruSize: KEYS, useClone: false, storeHashSize: 1 });
    const cache = new Cacheable({ primary, ttl: TTL_MS });
    return (key) => cache.getOrSet(key, () => load(key));
  },
  'async-cache-dedupe'() {
    const cache = createDedupe({ ttl: TTL_MS / 1_000, storage: { type: 'memory', options: { size: KEYS } } });
    const defined = cache.define('value', load);
    return (key) => defined.value(key);
  },
};

/** Nanoseconds a hit, over so long at least. */
async function passesFor(read: Read, leastMs: number): Promise<number> {
  const began = performance.now();
  let found = 0;
  do {
    for (const key of ASKED) if ((await read(key)) !== undefined) found++;
    await turn();
  } while (performance.now() - began < leastMs);
  return ((performance.now() - began) * 1e6) / found;
}

const read = ARMS[process.argv[2] ?? '']!();
await passesFor(read, WARM_UP_MS);
const loaded = loads;
const nanoseconds = await passesFor(read, MEASURED_MS);
if (loads !== loaded || loaded !== new Set(ASKED).size)
  throw new Error(`${loads} loads, ${loaded} of them for the first`);
console.log(JSON.stringify({ nanoseconds }));
process.exit();
