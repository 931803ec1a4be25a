const MAX_TAGS = 10_000;

/**
 * Tags that were invalidated while loads were in flight, each with how many invalidations there had been by then. A load
 * may find out only at its end what its answer carries; whether that was invalidated since it began is asked here.
 * Bounded: past so many tags every load that is in flight counts as touched.
 */
export class TagChanges {
  readonly #changes = new Map<string, number>();
  #anything = 0;

  note(tag: string, changes: number): void {
    if (this.#changes.size >= MAX_TAGS) {
      this.#changes.clear();
      this.#anything = changes;
    }
    this.#changes.set(tag, changes);
  }

  /** Whether one of `tags` was invalidated after there had been `changes` invalidations. */
  since(tags: readonly string[], changes: number): boolean {
    if (tags.length > 0 && this.#anything > changes) return true;
    return this.#changes.size > 0 && tags.some((tag) => (this.#changes.get(tag) ?? 0) > changes);
  }

  /** No load is in flight any more. */
  clear(): void {
    if (this.#changes.size > 0) this.#changes.clear();
  }
}
