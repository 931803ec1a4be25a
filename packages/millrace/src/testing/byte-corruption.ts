import type { Random } from '../core/index.ts';
import type { CorruptByte } from './faults.ts';

/**
 * Flips bits of a stream. Which bytes are hit, and how, depends on their offset and the seed alone, never on how
 * the stream was cut: the gaps between hits are drawn (geometric distribution), not a chance for each chunk.
 */
export class ByteCorruption {
  readonly #random: Random;
  readonly #probability: number;
  #offset = 0;
  #nextHit: number;

  constructor(fault: CorruptByte, random: Random) {
    this.#random = random;
    this.#probability = 'probability' in fault ? fault.probability : 0;
    this.#nextHit = 'at' in fault ? fault.at : this.#gap();
  }

  /** Flips bits of `bytes`, which follow those of the last call; gives back how many bytes it changed. */
  apply(bytes: Buffer): number {
    let hits = 0;
    for (; this.#nextHit < this.#offset + bytes.length; this.#nextHit += 1 + this.#gap()) {
      const at = this.#nextHit - this.#offset;
      bytes[at] = (bytes[at] ?? 0) ^ (1 + this.#random.int(255));
      hits++;
    }
    this.#offset += bytes.length;
    return hits;
  }

  #gap(): number {
    if (this.#probability === 0) return Number.POSITIVE_INFINITY;
    return Math.floor(Math.log(1 - this.#random.next()) / Math.log1p(-this.#probability));
  }
}
