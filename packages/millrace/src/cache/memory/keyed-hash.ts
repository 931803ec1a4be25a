import type { Random } from '../../core/index.ts';

/**
 * Hashes strings to 32 bits under two secret words, so that nobody who chooses keys can choose which of them meet:
 * HalfSipHash-1-3 (Aumasson and Bernstein) over two code units at a time. Multiplicative hashes have keys that meet
 * whatever the seed.
 */
export class KeyedHash {
  readonly #k0: number;
  readonly #k1: number;

  constructor(random: Random) {
    this.#k0 = random.int(2 ** 32) | 0;
    this.#k1 = random.int(2 ** 32) | 0;
  }

  /** A whole number of 32 bits, with its sign. */
  of(text: string): number {
    const { length } = text;
    let v0 = this.#k0;
    let v1 = this.#k1;
    let v2 = 0x6c796765 ^ this.#k0;
    let v3 = 0x74656462 ^ this.#k1;
    // The words of the text, one with its length, and three rounds to finish.
    const words = (length + 1) >> 1;
    for (let round = 0; round < words + 4; round++) {
      const at = 2 * round;
      let word = 0;
      if (round < words) word = text.charCodeAt(at) | (at + 1 < length ? text.charCodeAt(at + 1) << 16 : 0);
      else if (round === words) word = length;
      else if (round === words + 1) v2 ^= 0xff;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    return v1 ^ v3;
  }
}
