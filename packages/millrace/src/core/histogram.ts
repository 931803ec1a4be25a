/*
 * A log-linear histogram of durations, whose whole state is one flat piece of memory.
 *
 * Recording must cost a few nanoseconds and never allocate, merging must lose nothing, and a second thread must be
 * able to read what a worker records. So all state lives in one Uint32Array, which may lie over a SharedArrayBuffer:
 *
 *   words 0-1   number of records, low and high half
 *   words 2-3   sum of the values in whole microseconds, low and high half
 *   word  4     largest value
 *   word  5     smallest value, all bits inverted
 *   word  6     1 once some bucket's count passed 2^32
 *   then        one word a bucket: the low half of its count
 *   then        one word a bucket: the high half
 *
 * All zeros is an empty histogram (hence the inverted smallest value), so fresh memory needs no set-up. The last
 * part is touched only after four thousand million records in one bucket; until then most systems back it with no
 * memory. Whole numbers with a carry cost half of what a float64 total costs, whose additions wait for each other.
 * Merging adds numbers, so it is exact in any order.
 *
 * One thread records; others may read at any time. A reader that looks while a record is being made may see it in
 * the bucket and not yet in the count; once the writer pauses, what is read is exact. The bucket layout and its
 * source stand in histogram-layout.ts.
 */
import { CORE_ERRORS } from './core-errors.ts';
import { BUCKETS, bucketHigh, bucketOf, MAX_VALUE_US, MIN_VALUE_US } from './histogram-layout.ts';
import { checkSnapshot, type HistogramSnapshot } from './histogram-snapshot.ts';

const COUNT = 0;
const SUM = 2;
const MAX = 4;
const MIN_INVERTED = 5;
const CARRIED = 6;
const FIRST_BUCKET = 7;
const FIRST_HIGH: number = FIRST_BUCKET + BUCKETS;
const WRAP = 0x1_0000_0000;
// Copies, because reading an imported binding costs `record` half a nanosecond.
const SHORTEST: number = MIN_VALUE_US;
const LONGEST: number = MAX_VALUE_US;

/**
 * Durations in microseconds, 1 µs to 1 h, each told within 0.1 %.
 *
 * Fractions are rounded to whole microseconds; what lies outside the range counts as its nearest end.
 * @example
 * const latency = new Histogram();
 * latency.record(1_250);
 * latency.percentile(99); // 1250
 */
export class Histogram {
  /** Length of a storage, in 32-bit words. */
  static readonly length: number = FIRST_HIGH + BUCKETS;
  /** Size of a storage, in bytes: what a SharedArrayBuffer for one needs. */
  static readonly storageBytes: number = Histogram.length * Uint32Array.BYTES_PER_ELEMENT;

  readonly #words: Uint32Array;

  /**
   * @param storage the memory to live in: all zeros for an empty histogram, or that of another one (in this thread
   * or not), to read it or go on recording. Default: memory of its own.
   * @throws MILLRACE_CORE_OPTION_INVALID when the storage is not `Histogram.length` words long.
   */
  constructor(storage: Uint32Array = new Uint32Array(Histogram.length)) {
    if (storage.length !== Histogram.length) {
      const context = { option: 'storage', value: `${storage.length} words`, allowed: `${Histogram.length} words` };
      throw CORE_ERRORS.create('MILLRACE_CORE_OPTION_INVALID', context);
    }
    this.#words = storage;
  }

  /** A histogram that holds what the snapshot holds. @throws MILLRACE_CORE_SNAPSHOT_INVALID */
  static from(snapshot: HistogramSnapshot): Histogram {
    const histogram = new Histogram();
    histogram.add(snapshot);
    return histogram;
  }

  /**
   * Counts one duration.
   * @throws MILLRACE_CORE_OPTION_INVALID for NaN, which is no duration; infinities count as the ends of the range.
   */
  record(valueUs: number): void {
    if (!(valueUs >= SHORTEST && valueUs <= LONGEST)) {
      this.record(clamp(valueUs));
      return;
    }
    const value = (valueUs + 0.5) >>> 0;
    const words = this.#words;
    const cell = FIRST_BUCKET + bucketOf(value);
    const records = ((words[cell] as number) + 1) >>> 0;
    words[cell] = records;
    if (records === 0) this.#carryBucket(cell, 1);
    const count = ((words[COUNT] as number) + 1) >>> 0;
    words[COUNT] = count;
    if (count === 0) this.#carryTotal(COUNT);
    const sum = ((words[SUM] as number) + value) >>> 0;
    words[SUM] = sum;
    if (sum < value) this.#carryTotal(SUM);
    if (value > (words[MAX] as number)) words[MAX] = value;
    const inverted = ~value >>> 0;
    if (inverted > (words[MIN_INVERTED] as number)) words[MIN_INVERTED] = inverted;
  }

  /**
   * Counts one duration so many times, at the cost of about one.
   * @param count a whole number from 0
   * @throws MILLRACE_CORE_OPTION_INVALID for a duration of NaN, MILLRACE_CORE_SNAPSHOT_INVALID for such a count
   */
  recordMany(valueUs: number, count: number): void {
    const value = Math.round(valueUs >= SHORTEST && valueUs <= LONGEST ? valueUs : clamp(valueUs));
    if (count === 0) return;
    this.add({ layout: 1, count, sum: value * count, min: value, max: value, buckets: [bucketOf(value), count] });
  }

  /** Number of records; exact to 2^53. */
  get count(): number {
    return this.#total(COUNT);
  }

  /** The smallest record, in whole microseconds, not rounded to a bucket; 0 when empty. */
  get min(): number {
    return this.count === 0 ? 0 : ~(this.#words[MIN_INVERTED] as number) >>> 0;
  }

  /** The largest record, in whole microseconds, not rounded to a bucket; 0 when empty. */
  get max(): number {
    return this.#words[MAX] as number;
  }

  /** The sum of the records, in whole microseconds; exact to 2^53. */
  get sum(): number {
    return this.#total(SUM);
  }

  /** The arithmetic mean of the records, in microseconds, not rounded to buckets; 0 when empty. */
  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /**
   * The value, in microseconds, that `p` percent of the records do not exceed (nearest rank). It is the upper end
   * of that record's bucket, so it never flatters and is at most 0.1 % too high; 0 and 100 give `min` and `max`.
   * 0 when empty.
   * @param p 0 to 100
   * @throws MILLRACE_CORE_OPTION_INVALID when `p` is out of range.
   */
  percentile(p: number): number {
    if (!(p >= 0 && p <= 100)) {
      throw CORE_ERRORS.create('MILLRACE_CORE_OPTION_INVALID', { option: 'p', value: p, allowed: '0 to 100' });
    }
    if (p === 0) return this.min;
    // The factor takes back what 99.9 / 100 rounds up, so that 99.9 % of 1,000 records is the 999th.
    const rank = Math.ceil(((p * this.count) / 100) * (1 - 2 * Number.EPSILON));
    const last = bucketOf(this.max);
    let seen = 0;
    for (let bucket = bucketOf(this.min); bucket < last; bucket++) {
      seen += this.#countIn(bucket);
      if (seen >= rank) return bucketHigh(bucket);
    }
    return this.max;
  }

  /** How many records are at most `valueUs`. Records that share its bucket count in, so the edge is off by at most 0.1 %. */
  countAtMost(valueUs: number): number {
    if (valueUs >= this.max) return this.count;
    if (!(valueUs >= this.min)) return 0;
    const last = bucketOf(Math.floor(valueUs));
    let seen = 0;
    for (let bucket = bucketOf(this.min); bucket <= last; bucket++) seen += this.#countIn(bucket);
    return seen;
  }

  /**
   * Adds all records of another one. Exact, whatever the order in which parts are merged.
   * @throws MILLRACE_CORE_SNAPSHOT_INVALID for a malformed snapshot; nothing is added then.
   */
  add(other: Histogram | HistogramSnapshot): void {
    const { buckets, count, sum, min, max } = other instanceof Histogram ? other.snapshot() : checkSnapshot(other);
    if (count === 0) return;
    for (let i = 0; i < buckets.length; i += 2) this.#grow(buckets[i] as number, buckets[i + 1] as number);
    this.#setTotal(COUNT, this.count + count);
    this.#setTotal(SUM, this.sum + sum);
    this.#words[MAX] = Math.max(this.max, max);
    this.#words[MIN_INVERTED] = Math.max(this.#words[MIN_INVERTED] as number, ~min >>> 0);
  }

  /** Forgets all records. Only the thread that records may do this. */
  reset(): void {
    this.#words.fill(0);
  }

  /** The records as data. Taken while another thread records, it holds each record wholly or not yet. */
  snapshot(): HistogramSnapshot {
    const { sum, min, max } = this;
    const buckets: number[] = [];
    let count = 0;
    for (let bucket = bucketOf(min); bucket <= bucketOf(max); bucket++) {
      const records = this.#countIn(bucket);
      if (records === 0) continue;
      buckets.push(bucket, records);
      count += records;
    }
    if (count === 0) return { layout: 1, count, sum: 0, min: 0, max: 0, buckets };
    return { layout: 1, count, sum, min, max, buckets };
  }

  #countIn(bucket: number): number {
    const low = this.#words[FIRST_BUCKET + bucket] as number;
    return this.#words[CARRIED] === 0 ? low : low + (this.#words[FIRST_HIGH + bucket] as number) * WRAP;
  }

  #grow(bucket: number, records: number): void {
    const cell = FIRST_BUCKET + bucket;
    const sum = (this.#words[cell] as number) + records;
    this.#words[cell] = sum % WRAP;
    if (sum >= WRAP) this.#carryBucket(cell, Math.floor(sum / WRAP));
  }

  #carryBucket(cell: number, times: number): void {
    this.#words[cell + BUCKETS] = (this.#words[cell + BUCKETS] as number) + times;
    this.#words[CARRIED] = 1;
  }

  #carryTotal(low: number): void {
    this.#words[low + 1] = (this.#words[low + 1] as number) + 1;
  }

  #total(low: number): number {
    return (this.#words[low] as number) + (this.#words[low + 1] as number) * WRAP;
  }

  #setTotal(low: number, value: number): void {
    this.#words[low] = value % WRAP;
    this.#words[low + 1] = Math.floor(value / WRAP);
  }
}

function clamp(valueUs: number): number {
  if (valueUs < MIN_VALUE_US) return MIN_VALUE_US;
  if (valueUs >= MAX_VALUE_US) return MAX_VALUE_US;
  throw CORE_ERRORS.create('MILLRACE_CORE_OPTION_INVALID', { option: 'valueUs', value: valueUs, allowed: 'a number' });
}
