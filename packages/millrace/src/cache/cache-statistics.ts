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

type Mutable = { -readonly [Name in keyof PatternStats]: PatternStats[Name] };

const MAX_PATTERNS = 200;
const OTHERS = '*';

/**
 * Counts by key pattern. A value keeps the number of its pattern, so that a hit adds to a row without looking at the key.
 * Bounded: past so many patterns the rest share a row.
 */
export class CacheStatistics {
  readonly #numbers = new Map<string, number>([[OTHERS, 0]]);
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
    const row = this.#row(pattern);
    row.hits++;
    row.savedMs += loadMs;
    if (value === null) row.negativeHits++;
  }

  count(pattern: number, what: 'sharedHits' | 'staleHits' | 'misses' | 'joins' | 'averted'): void {
    this.#row(pattern)[what]++;
  }

  /** Reads of a pattern so far. */
  answers(pattern: number): number {
    const { hits, misses } = this.#row(pattern);
    return hits + misses;
  }

  /** All patterns together. */
  totals(): PatternStats {
    const sum = emptyRow();
    for (const row of this.#rows) for (const what of Object.keys(sum) as (keyof PatternStats)[]) sum[what] += row[what];
    return sum;
  }

  /** The rows in which something was counted. */
  byPattern(): Readonly<Record<string, PatternStats>> {
    const used = [...this.#numbers].filter(([, number]) => this.#row(number).hits + this.#row(number).misses > 0);
    return Object.fromEntries(used.map(([pattern, number]) => [pattern, { ...this.#row(number) }]));
  }

  #row(pattern: number): Mutable {
    return this.#rows[pattern] ?? (this.#rows[0] as Mutable);
  }
}

function emptyRow(): Mutable {
  return { hits: 0, sharedHits: 0, staleHits: 0, negativeHits: 0, misses: 0, joins: 0, averted: 0, savedMs: 0 };
}
