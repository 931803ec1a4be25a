import { globOf, type KeyGlob } from '../key-glob.ts';

/** Each is compared with every key that is asked about. */
const MAX_PATTERNS = 32;

/**
 * The last invalidation of each tag, by position, and the horizon: what is older than that may have been invalidated by
 * something that is no longer known. Bounded: the oldest tag gives way and lifts the horizon to its position. Tags that stand
 * for a pattern of keys are asked about by the key.
 */
export class TagPositions {
  readonly #maxTags: number;
  /** In the order of their positions, oldest first. */
  readonly #positions = new Map<string, number>();
  /** Of the tags that stand for one, oldest first. */
  readonly #globs = new Map<string, KeyGlob>();
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
    this.#noteGlob(tag);
    if (this.#positions.size > this.#maxTags) this.#forgetFirst(this.#positions);
  }

  /** Whether something read at `position` is as new as the last invalidation of each of its tags, and of its key by a pattern. */
  covers(position: number, key: string, tags: readonly string[]): boolean {
    if (position < this.#horizon) return false;
    for (const tag of tags) {
      const invalidated = this.#positions.get(tag);
      if (invalidated !== undefined && position < invalidated) return false;
    }
    for (const [tag, glob] of this.#globs) {
      if (position < this.#positions.get(tag)! && glob.names(key)) return false;
    }
    return true;
  }

  #noteGlob(tag: string): void {
    const glob = this.#globs.get(tag) ?? globOf({ kind: 'tag', name: tag });
    if (glob === undefined) return;
    this.#globs.delete(tag);
    this.#globs.set(tag, glob);
    if (this.#globs.size > MAX_PATTERNS) this.#forgetFirst(this.#globs);
  }

  /** @param among in the order of their positions */
  #forgetFirst(among: ReadonlyMap<string, unknown>): void {
    for (const tag of among.keys()) {
      this.raise(this.#positions.get(tag) ?? 0);
      this.#positions.delete(tag);
      this.#globs.delete(tag);
      return;
    }
  }
}
