import { LRUCache } from 'lru-cache';
import { askedKeys } from './asked-keys.ts';
import { createSubject } from './subject.ts';

/*
 * Gets of one cache in a process of its own: 10,000 keys, all held, asked for by Zipf's law. Says how long one took.
 * lru-cache reads the time once a millisecond, ours once a turn of the event loop.
 */

const KEYS = 10_000;
const ASKED = askedKeys(KEYS, 1 << 20);
const PASSES = 12;

function timeSubject(): number {
  const cache = createSubject(KEYS, 'lru');
  for (const key of new Set(ASKED)) void cache.set(key, { key });
  return timePasses(() => {
    let found = 0;
    for (let at = 0; at < ASKED.length; at++) if (cache.get(ASKED[at]!) !== undefined) found++;
    return found;
  });
}

function timePeer(): number {
  const cache = new LRUCache<string, object>({ max: KEYS, ttl: 3_600_000 });
  for (const key of new Set(ASKED)) void cache.set(key, { key });
  return timePasses(() => {
    let found = 0;
    for (let at = 0; at < ASKED.length; at++) if (cache.get(ASKED[at]!) !== undefined) found++;
    return found;
  });
}

/** Nanoseconds a get, after a quarter as much of warm-up. */
function timePasses(pass: () => number): number {
  for (let warm = 0; warm < PASSES / 4; warm++) pass();
  const began = performance.now();
  let found = 0;
  for (let round = 0; round < PASSES; round++) found += pass();
  const elapsedMs = performance.now() - began;
  if (found !== PASSES * ASKED.length) throw new Error(`${found} gets found their key`);
  return (elapsedMs * 1e6) / found;
}

console.log(JSON.stringify({ nanoseconds: process.argv[2] === 'peer' ? timePeer() : timeSubject() }));
