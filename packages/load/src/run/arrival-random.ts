import type { Random } from 'millrace/core';

/** A random stream of each arrival's own, made only when a step draws from it. */
export class ArrivalRandom implements Random {
  readonly #root: Random;
  #kind = '';
  #index = 0;
  #stream: Random | undefined;

  constructor(root: Random) {
    this.#root = root;
  }

  /** From now on the stream of this arrival. */
  aim(kind: 'arrival' | 'prerequisite', index: number): this {
    this.#kind = kind;
    this.#index = index;
    this.#stream = undefined;
    return this;
  }

  next(): number {
    return this.#open().next();
  }

  int(below: number): number {
    return this.#open().int(below);
  }

  fork(label: string): Random {
    return this.#open().fork(label);
  }

  #open(): Random {
    this.#stream ??= this.#root.fork(`${this.#kind}:${this.#index}`);
    return this.#stream;
  }
}
