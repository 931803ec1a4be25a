/** Cost 12 took 174 ms on the machines at hand; each step doubles it. Counts until a first hash was measured. */
const ASSUMED_MS_PER_ROUND = 174 / 2 ** 12;
/** Share of the newest measurement in the mean. */
const WEIGHT = 0.2;

/** How long a hash takes here: an exponentially weighted mean per bcrypt cost. */
export class HashTime {
  readonly #meanMs = new Map<number, number>();

  /** Expected duration at `cost`, in milliseconds. */
  expect(cost: number): number {
    return this.#meanMs.get(cost) ?? ASSUMED_MS_PER_ROUND * 2 ** cost;
  }

  record(cost: number, elapsedMs: number): void {
    const mean = this.#meanMs.get(cost);
    this.#meanMs.set(cost, mean === undefined ? elapsedMs : mean + WEIGHT * (elapsedMs - mean));
  }
}
