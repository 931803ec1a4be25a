import type { Cache } from '../cache.ts';
import type { PatternStats } from '../cache-statistics.ts';

/** What the reads of one key pattern, or of all, were answered from, since the cache was made. */
export interface ReadReport {
  readonly reads: number;
  /** Reads answered from memory. */
  readonly memoryHits: number;
  /** Reads answered from the shared tier, one a load. */
  readonly sharedHits: number;
  /** Reads that found nothing in memory. */
  readonly misses: number;
  /** Share of the reads that memory or the shared tier answered, 0 to 1; null before the first read. */
  readonly hitRatio: number | null;
  /** Time that the loads behind the hits had taken, in milliseconds. */
  readonly savedMs: number;
}

/** One cache, by tier and by key pattern: plain data for JSON. Counts are since it was made, in this process. */
export interface CacheReport extends ReadReport {
  readonly name: string;
  readonly memory: {
    readonly entries: number;
    /** 0 unless the cache has `maxBytes`. */
    readonly bytes: number;
    readonly evictions: number;
    /** Of the hits: with a value past its TTL. */
    readonly staleHits: number;
    /** Of the hits: with `null`. */
    readonly negativeHits: number;
  };
  readonly shared: {
    /** See `CacheStats.shared`. */
    readonly state: 'none' | 'used' | 'open' | 'away';
    /** Loads that another process made for this one while it waited. */
    readonly averted: number;
    /** How old the knowledge of other processes' invalidations is, in milliseconds; null before the log was first reached. */
    readonly stalenessMs: number | null;
    /** Invalidations that the log has not acknowledged. */
    readonly pending: number;
    /** How often everything was doubted. */
    readonly resets: number;
  };
  readonly origin: {
    readonly loads: number;
    readonly failures: number;
    /** Loads in flight. */
    readonly loading: number;
    /** Reads that waited for a load another caller had started. */
    readonly joins: number;
  };
  /** Values dropped and loads barred. */
  readonly invalidations: number;
  readonly patterns: Readonly<Record<string, ReadReport>>;
}

/** The figures of a cache as operators ask for them. */
export function reportCache(cache: Cache): CacheReport {
  const stats = cache.stats();
  const { entries, bytes, evictions, staleHits, negativeHits, averted, pending, resets, patterns } = stats;
  const { loads, failures, loading, joins, invalidations } = stats;
  const stalenessMs = cache.stalenessMs();
  return {
    name: cache.name,
    ...reportReads(stats),
    memory: { entries, bytes, evictions, staleHits, negativeHits },
    shared: {
      state: stats.shared,
      averted,
      stalenessMs: Number.isFinite(stalenessMs) ? stalenessMs : null,
      pending,
      resets,
    },
    origin: { loads, failures, loading, joins },
    invalidations,
    patterns: Object.fromEntries(Object.entries(patterns).map(([pattern, counts]) => [pattern, reportReads(counts)])),
  };
}

function reportReads({ hits, sharedHits, misses, savedMs }: PatternStats): ReadReport {
  const reads = hits + misses;
  const hitRatio = reads === 0 ? null : (hits + sharedHits) / reads;
  return { reads, memoryHits: hits, sharedHits, misses, hitRatio, savedMs };
}
