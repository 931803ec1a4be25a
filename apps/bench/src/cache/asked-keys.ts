import { createRandom } from 'millrace/core';
import { zipf } from './workloads.ts';

/** So many requests for `count` keys by Zipf's law (0.99), again and again the same, so that a loop over them is all there is. */
export function askedKeys(count: number, requests: number): string[] {
  const names = Array.from({ length: count }, (_, at) => `user:${at}:profile`);
  const next = zipf(createRandom(1), count, 0.99);
  return Array.from({ length: requests }, () => names[next()]!);
}
