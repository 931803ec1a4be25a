import { checkWhole } from './option-checks.ts';

/** A source of random numbers that can be injected, so that a seed replays a run. Not for secrets. */
export interface Random {
  /** A number in [0, 1) with 32 bits of resolution. */
  next(): number;
  /**
   * A whole number in [0, below). `below` is 1 to 2^32; no result is likelier than another by more than `below` / 2^32.
   * @throws MILLRACE_CORE_OPTION_INVALID
   */
  int(below: number): number;
  /**
   * An independent generator made from this one's origin and `label`: equal labels, equal streams, however many
   * numbers either has given so far. Forks of forks are independent too.
   */
  fork(label: string): Random;
}

const RANGE = 0x1_0000_0000;
const WARM_UP_STEPS = 15;

/**
 * Seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), period at least 2^32, passes PractRand.
 * @param seed a whole number; the low 32 bits count.
 * @throws MILLRACE_CORE_OPTION_INVALID
 * @example
 * const random = createRandom(42);
 * const users = random.fork('users'); // the same stream in every run
 * users.int(100);
 */
export function createRandom(seed: number): Random {
  checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return new Sfc32(0x9e3779b9, 0x243f6a88, seed);
}

class Sfc32 implements Random {
  readonly #origin: readonly [number, number, number];
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(a: number, b: number, c: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#origin = [this.#a, this.#b, this.#c];
    for (let i = 0; i < WARM_UP_STEPS; i++) this.#step();
  }

  next(): number {
    return this.#step() / RANGE;
  }

  int(below: number): number {
    if (!(Number.isInteger(below) && below >= 1 && below <= RANGE)) checkWhole('below', below, 1, RANGE);
    return Math.floor((this.#step() / RANGE) * below);
  }

  fork(label: string): Random {
    const [a, b, c] = this.#origin;
    // Three hashes that share no state, so that the streams of thousands of labels do not meet by a birthday's chance.
    return new Sfc32(hashLabel(label, a, 0xcc9e2d51), hashLabel(label, b, 0x1b873593), hashLabel(label, c, 0x85ebca6b));
  }

  #step(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }
}

/** Multiply and rotate, then the final mix of MurmurHash3 (Austin Appleby). Not a hash for untrusted input. */
function hashLabel(label: string, start: number, odd: number): number {
  let hash = start ^ label.length;
  for (let i = 0; i < label.length; i++) {
    hash = Math.imul(hash ^ label.charCodeAt(i), odd);
    hash = (hash << 13) | (hash >>> 19);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
