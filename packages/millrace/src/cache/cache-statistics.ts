import { keyPattern } from './key-pattern.ts';

/** Counts of one key pattern since the cache was made. */
export interface PatternStats {
  /** Reads answered from memory. */
  readonly hits: number;
  /** Reads answered from the shared tier, one a load. */
  readonly sharedHits: number;
  /** Of the hits: with a value past its TTL. */
  readonly staleHits: number;
  /** Of the hits: with `null`. */
  readonly negativeHits: number;
  /** Reads that found nothing in memory, loads and joins included. */
  readonly misses: number;
  /** Reads that waited for a load another caller had started. */
  readonly joins: number;
  /** Loads that another process made for this one while it waited. */
  readonly averted: number;
  /** Time that the loads behind the hits had taken, in milliseconds. */
  readonly savedMs: number;
}

/** What no hit adds to. */
type Rare = Omit<PatternStats, 'hits' | 'savedMs'>;
type Mutable = { -readonly [Name in keyof Rare]: Rare[Name] };

const MAX_PATTERNS = 200;
const OTHERS = '*';

/**
 * Counts by key pattern. A value keeps the number of its pattern, so that a hit adds to a row without looking at the key.
 * Bounded: past so many patterns the rest share a row.
 */
export class CacheStatistics {
  readonly #numbers = new Map<string, number>([[OTHERS, 0]]);
  /** By the number of the pattern; in arrays, for every hit adds to them. */
  readonly #hits = new Float64Array(MAX_PATTERNS);
  readonly #savedMs = new Float64Array(MAX_PATTERNS);
  readonly #rows: Mutable[] = [emptyRow()];

  /** The number of the pattern of `key`. */
  numberOf(key: string): number {
    const pattern = keyPattern(key);
    const known = this.#numbers.get(pattern);
    if (known !== undefined) return known;
    if (this.#rows.length >= MAX_PATTERNS) return 0;
    this.#numbers.set(pattern, this.#rows.length);
    return this.#rows.push(emptyRow()) - 1;
  }

  hit(pattern: number, value: unknown, loadMs: number): void {
    this.#hits[pattern]!++;
    if (loadMs > 0) this.#savedMs[pattern]! += loadMs;
    if (value === null) this.#row(pattern).negativeHits++;
  }

  count(pattern: number, what: 'sharedHits' | 'staleHits' | 'misses' | 'joins' | 'averted'): void {
    this.#row(pattern)[what]++;
  }

  /** Reads of a pattern so far. */
  answers(pattern: number): number {
    return this.#hits[pattern]! + this.#row(pattern).misses;
  }

  /** All patterns together. */
  totals(): PatternStats {
    const sum = { ...emptyRow(), hits: 0, savedMs: 0 };
    for (let number = 0; number < this.#rows.length; number++) {
      const stats = this.#statsOf(number);
      for (const what of Object.keys(sum) as (keyof PatternStats)[]) sum[what] += stats[what];
    }
    return sum;
  }

  /** The rows in which something was counted. */
  byPattern(): Readonly<Record<string, PatternStats>> {
    const used = [...this.#numbers].filter(([, number]) => this.#hits[number]! + this.#row(number).misses > 0);
    return Object.fromEntries(used.map(([pattern, number]) => [pattern, this.#statsOf(number)]));
  }

  #statsOf(pattern: number): PatternStats {
    return { ...this.#row(pattern), hits: this.#hits[pattern]!, savedMs: this.#savedMs[pattern]! };
  }

  #row(pattern: number): Mutable {
    return this.#rows[pattern] ?? (this.#rows[0] as Mutable);
  }
}

function emptyRow(): Mutable {
  return { sharedHits: 0, staleHits: 0, negativeHits: 0, misses: 0, joins: 0, averted: 0 };
}
