import {
  type CacheGetSignal,
  type CacheInvalidateSignal,
  type CacheLoadSignal,
  cacheGet,
  cacheInvalidate,
  cacheLoad,
} from '../signals/index.ts';
import { keyPattern } from './key-pattern.ts';

/** Says that `key` was asked for. */
export function reportGet(name: string, key: string, outcome: CacheGetSignal['outcome']): void {
  if (cacheGet.hasSubscribers) cacheGet.publish({ name, keyPattern: keyPattern(key), outcome });
}

/** Says that a load of `key` has ended. */
export function reportLoad(name: string, key: string, outcome: CacheLoadSignal['outcome'], durationMs: number): void {
  if (cacheLoad.hasSubscribers) cacheLoad.publish({ name, keyPattern: keyPattern(key), outcome, durationMs });
}

/** Says that `named` (keys or tags; none means everything) was made invalid. */
export function reportInvalidate(
  name: string,
  outcome: CacheInvalidateSignal['outcome'],
  named: readonly string[],
  dropped: number,
  barred: number,
): void {
  if (!cacheInvalidate.hasSubscribers) return;
  const patterns = new Set(named.map(keyPattern));
  cacheInvalidate.publish({ name, keyPattern: [...patterns].join(','), outcome, dropped, barred });
}
