/** A source of random numbers that can be injected, so that a seed replays a run. Not for secrets. */
export interface Random {
  /** A number in [0, 1) with 32 bits of resolution. */
  next(): number;
  /** A whole number in [0, below). `below` is 1 to 2^32. */
  int(below: number): number;
  /** An independent generator derived from this one's seed and `label`: equal labels, equal streams. */
  fork(label: string): Random;
}

/** FNV-1a, 32 bits: spreads a label over the seed space. Not a hash for untrusted input. */
function hashLabel(label: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < label.length; i++) {
    hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * Seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), period at least 2^32, passes PractRand.
 * @param seed a whole number; the low 32 bits count.
 */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const step = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) step();
  return {
    next: () => step() / 0x1_0000_0000,
    int: (below) => Math.floor((step() / 0x1_0000_0000) * below),
    fork: (label) => createRandom(hashLabel(label, seed | 0)),
  };
}
