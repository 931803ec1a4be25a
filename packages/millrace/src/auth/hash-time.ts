import { type HashCost, nameOf } from './hash-cost.ts';

/** Share of the newest measurement in the mean. */
const WEIGHT = 0.2;
/** More than a service ever stores; what comes after it goes by the assumption. */
const MAX_COSTS = 100;

/** How long a hash takes here: an exponentially weighted mean per cost. */
export class HashTime {
  readonly #meanMs = new Map<string, number>();

  /** Expected duration at `cost`, in milliseconds. */
  expect(cost: HashCost): number {
    return this.#meanMs.get(nameOf(cost)) ?? assumedMs(cost);
  }

  record(cost: HashCost, elapsedMs: number): void {
    const name = nameOf(cost);
    const mean = this.#meanMs.get(name);
    if (mean === undefined && this.#meanMs.size >= MAX_COSTS) return;
    this.#meanMs.set(name, mean === undefined ? elapsedMs : mean + WEIGHT * (elapsedMs - mean));
  }
}

/** Counts until a first hash was measured: bcrypt 12 took 174 ms on the machines at hand, and the others by memory they touch. */
function assumedMs(cost: HashCost): number {
  if (cost.algorithm === 'bcrypt') return 174 * 2 ** (cost.cost - 12);
  if (cost.algorithm === 'argon2id') return (40 * cost.memoryKiB * cost.passes) / (19_456 * 2);
  return (40 * 2 ** cost.log2N * cost.blockSize * cost.lanes) / (2 ** 14 * 8);
}
