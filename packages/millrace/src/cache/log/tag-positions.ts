/**
 * The last invalidation of each tag, by position, and the horizon: what is older than that may have been invalidated by
 * something that is no longer known. Bounded: the oldest tag gives way and lifts the horizon to its position.
 */
export class TagPositions {
  readonly #maxTags: number;
  /** In the order of their positions, oldest first. */
  readonly #positions = new Map<string, number>();
  #horizon: number;

  /** @param horizon where what is known begins */
  constructor(maxTags: number, horizon: number) {
    this.#maxTags = maxTags;
    this.#horizon = horizon;
  }

  get size(): number {
    return this.#positions.size;
  }

  /** Positions below count as invalidated, whatever their tags. */
  get horizon(): number {
    return this.#horizon;
  }

  /** Everything below `position` counts as invalidated. */
  raise(position: number): void {
    if (position > this.#horizon) this.#horizon = position;
  }

  /** Notes that `tag` was invalidated at `position`. */
  note(tag: string, position: number): void {
    const known = this.#positions.get(tag);
    if (known !== undefined && known >= position) return;
    this.#positions.delete(tag);
    this.#positions.set(tag, position);
    if (this.#positions.size > this.#maxTags) this.#forgetOldest();
  }

  /** Whether something read at `position` is as new as the last invalidation of each of its tags. */
  covers(position: number, tags: readonly string[]): boolean {
    if (position < this.#horizon) return false;
    for (const tag of tags) {
      const invalidated = this.#positions.get(tag);
      if (invalidated !== undefined && position < invalidated) return false;
    }
    return true;
  }

  #forgetOldest(): void {
    for (const [tag, position] of this.#positions) {
      this.#positions.delete(tag);
      this.raise(position);
      return;
    }
  }
}
