import type { EvictionPolicy } from 'millrace/cache';
import { askedKeys } from './asked-keys.ts';
import { createSubject } from './subject.ts';

/* One policy at 100,000 values of a million keys asked for by Zipf's law: how long a get, with the put of a miss, takes. */

const ENTRIES = 100_000;
const asked = askedKeys(10 * ENTRIES, 1 << 20);
const cache = createSubject(ENTRIES, { eviction: process.argv[2] as EvictionPolicy });

function pass(): void {
  for (const key of asked) if (cache.get(key) === undefined) void cache.set(key, true);
}

pass();
const began = performance.now();
const PASSES = 3;
for (let round = 0; round < PASSES; round++) pass();
console.log(JSON.stringify({ nanoseconds: ((performance.now() - began) * 1e6) / (PASSES * asked.length) }));
