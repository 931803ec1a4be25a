import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LRUCache } from 'lru-cache';
import { createSubject } from './subject.ts';

/* What 100,000 values take beyond keys and values, with time to live and one tag each; and in lru-cache, without a tag. */

const ENTRIES = 100_000;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
  for (let times = 0; times < 4; times++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const keys = Array.from({ length: ENTRIES }, (_, at) => `user:${at}:profile`);
const values = keys.map((key) => ({ key }));
const asPeer = process.argv[2] === 'peer';

/** A cache that holds them all, by its way to read one. */
function fill(): (key: string) => unknown {
  if (asPeer) {
    const peer = new LRUCache<string, object>({ max: ENTRIES, ttl: 3_600_000 });
    for (const [at, key] of keys.entries()) peer.set(key, values[at]!);
    return (key) => peer.get(key);
  }
  const subject = createSubject(ENTRIES, { eviction: 'adaptive', isTagged: true });
  for (const [at, key] of keys.entries()) subject.set(key, values[at]!);
  return (key) => subject.get(key);
}

// The first one leaves behind the code that was compiled for it, which is no part of a cache.
if (fill()(keys.at(-1)!) !== values.at(-1)) throw new Error('the last value is not held');
const before = held();
const get = fill();
const bytes = (held() - before) / ENTRIES;
if (get(keys.at(-1)!) !== values.at(-1)) throw new Error('the last value is not held');
console.log(JSON.stringify({ bytes }));
