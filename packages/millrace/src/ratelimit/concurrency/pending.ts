/** What is under way, so that an end can wait for it. */
export class Pending {
  readonly #promises = new Set<Promise<unknown>>();

  /** Gives back the promise. Whether it rejects is for who has it to see. */
  add<T>(promise: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = promise.then(
      () => this.#promises.delete(settled),
      () => this.#promises.delete(settled),
    );
    this.#promises.add(settled);
    return promise;
  }

  /** Resolves when nothing is under way any more, also of what begins meanwhile. */
  async over(): Promise<void> {
    while (this.#promises.size > 0) await Promise.all(this.#promises);
  }
}
