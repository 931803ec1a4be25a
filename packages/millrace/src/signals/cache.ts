import { type Channel, defineChannel } from './channel.ts';

/** A cache was asked for one key. */
export interface CacheGetSignal {
  /** The cache's name. */
  readonly name: string;
  /** The key without what is personal in it, e.g. `user:*:keys`: few patterns, however many keys. */
  readonly keyPattern: string;
  /** `hit`: answered from memory. `join`: waits for another caller's load. `miss`: neither. */
  readonly outcome: 'hit' | 'join' | 'miss';
}

/** A load has ended. */
export interface CacheLoadSignal {
  readonly name: string;
  readonly keyPattern: string;
  /**
   * `stored`; `discarded`: it was invalidated meanwhile, or its value is not to be stored; `failed`: it threw;
   * `timeout`: it was given up; `refused`: too many loads ran already.
   */
  readonly outcome: 'stored' | 'discarded' | 'failed' | 'timeout' | 'refused';
  readonly durationMs: number;
}

/** Something was made invalid. */
export interface CacheInvalidateSignal {
  readonly name: string;
  /** The key's pattern, the tag, or empty for everything. */
  readonly keyPattern: string;
  /** What was named: one key, tags, or everything. */
  readonly outcome: 'key' | 'tags' | 'all';
  /** Values dropped. */
  readonly dropped: number;
  /** Loads in flight that no longer count. */
  readonly barred: number;
}

/** `millrace.cache.get` */
export const cacheGet: Channel<CacheGetSignal> = defineChannel('millrace.cache.get');
/** `millrace.cache.load` */
export const cacheLoad: Channel<CacheLoadSignal> = defineChannel('millrace.cache.load');
/** `millrace.cache.invalidate` */
export const cacheInvalidate: Channel<CacheInvalidateSignal> = defineChannel('millrace.cache.invalidate');
