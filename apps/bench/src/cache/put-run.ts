import { createSubject } from './subject.ts';

/* Puts into a full cache of 100,000 values, each of which pushes one out: how long the slowest of a thousand takes. */

const ENTRIES = 100_000;
const PUTS = 400_000;
const keys = Array.from({ length: ENTRIES + PUTS }, (_, at) => `user:${at}:profile`);
const cache = createSubject(ENTRIES, { eviction: 'adaptive', isTagged: true });
for (let at = 0; at < ENTRIES; at++) void cache.set(keys[at]!, true);
const took = new Float64Array(PUTS);
for (let at = 0; at < PUTS; at++) {
  const began = performance.now();
  void cache.set(keys[ENTRIES + at]!, true);
  took[at] = performance.now() - began;
}
took.sort();
console.log(JSON.stringify({ milliseconds: took[Math.ceil(0.999 * PUTS) - 1] }));
