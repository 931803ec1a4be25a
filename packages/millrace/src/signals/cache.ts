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
  /** The patterns of the keys or tags, `name/*` for a namespace, or empty for everything. */
  readonly keyPattern: string;
  /** What was named: one key, tags, everything, be it in a namespace, or keys by a pattern, which is not told. */
  readonly outcome: 'key' | 'tags' | 'all' | 'pattern';
  /** Values dropped. */
  readonly dropped: number;
  /** Loads in flight that no longer count. */
  readonly barred: number;
}

/** A request was answered, by a cache of whole answers or past it. */
export interface CacheRespondSignal {
  /** The cache's name. */
  readonly name: string;
  /** Which answers: the first part of their keys. */
  readonly prefix: string;
  /**
   * `hit`: not by its own handler. `stale`: past its TTL, in place of a failure or while a new one is made. `stored`: by its
   * handler, for others too. `passed`: by its handler, for nobody else. `failed`: from 500 up. `bypassed`: the cache was not asked.
   */
  readonly outcome: 'hit' | 'stale' | 'stored' | 'passed' | 'failed' | 'bypassed';
  /** Why it was passed or bypassed; else ''. What should be a hit and is none is explained here. */
  readonly reason:
    | ''
    | 'method'
    | 'range'
    | 'precondition'
    | 'body'
    | 'authorised'
    | 'no-user'
    | 'nested'
    | 'streamed'
    | 'status'
    | 'set-cookie'
    | 'cache-control'
    | 'vary'
    | 'encoding'
    | 'too-large'
    | 'tags-failed'
    | 'cache-failed';
}

/** `millrace.cache.get` */
export const cacheGet: Channel<CacheGetSignal> = defineChannel('millrace.cache.get');
/** `millrace.cache.load` */
export const cacheLoad: Channel<CacheLoadSignal> = defineChannel('millrace.cache.load');
/** `millrace.cache.invalidate` */
export const cacheInvalidate: Channel<CacheInvalidateSignal> = defineChannel('millrace.cache.invalidate');
/** `millrace.cache.respond` */
export const cacheRespond: Channel<CacheRespondSignal> = defineChannel('millrace.cache.respond');
