const NONE = -1;
/** Links of a slot's first tag have the slot's number; those of its further tags begin here, above every slot. */
const FURTHER = 2 ** 24;
const NO_TAGS: readonly string[] = Object.freeze([]);

/**
 * Which slots carry which tag: one doubly linked list a tag, of links that stand in arrays. The first tag of a slot costs
 * 12 bytes, a further one 20, and every slot 4 once there is a further one; without tags there is nothing. A tag that
 * nothing carries is forgotten.
 */
export class TagIndex {
  #capacity = 0;
  /** By slot: the first tag of each. */
  #first: LinkArrays | undefined;
  /** By slot: its second tag, from the first slot on that has one. */
  #second: Int32Array | undefined;
  /** By link above {@link FURTHER}: the tags after the first. */
  #further: LinkArrays | undefined;
  /** By link above {@link FURTHER}: the next tag of the same slot, or the next free link. */
  #more: Int32Array = new Int32Array(0);
  /** The slot that a further link belongs to. */
  #owner: Int32Array = new Int32Array(0);
  #furtherTop = 0;
  #freeFurther = NONE;

  readonly #idOf = new Map<string, number>();
  readonly #names: string[] = [];
  /** The first link of each tag's list, by id. */
  readonly #heads: number[] = [];
  readonly #freeIds: number[] = [];

  /** Different tags of what is held. */
  get size(): number {
    return this.#idOf.size;
  }

  grow(capacity: number): void {
    this.#capacity = capacity;
    if (this.#first !== undefined) growLinks(this.#first, capacity);
    if (this.#second !== undefined) this.#second = enlarged(this.#second, capacity);
  }

  /** Gives a slot without tags its tags; one that is named twice counts once. */
  add(slot: number, tags: readonly string[]): void {
    if (tags.length === 0) return;
    this.#first ??= createLinks(this.#capacity);
    this.#link(slot, tags[0]!);
    for (let at = 1; at < tags.length; at++) {
      const tag = tags[at]!;
      if (tags.indexOf(tag) === at) this.#addFurther(slot, tag);
    }
  }

  /** Takes a slot's tags from it. */
  remove(slot: number): void {
    if (this.#first === undefined || this.#first.tag[slot] === NONE) return;
    this.#unlink(slot);
    if (this.#second === undefined) return;
    for (let link = this.#second[slot]!; link !== NONE; ) {
      const next = this.#more[link - FURTHER]!;
      this.#unlink(link);
      this.#more[link - FURTHER] = this.#freeFurther;
      this.#freeFurther = link;
      link = next;
    }
    this.#second[slot] = NONE;
  }

  /** In the order in which they were given. */
  tagsOf(slot: number): readonly string[] {
    if (this.#first === undefined || this.#first.tag[slot] === NONE) return NO_TAGS;
    const tags = [this.#names[this.#first.tag[slot]!]!];
    for (let link = this.#second?.[slot] ?? NONE; link !== NONE; link = this.#more[link - FURTHER]!) {
      tags.splice(1, 0, this.#names[this.#further!.tag[link - FURTHER]!]!);
    }
    return tags;
  }

  /** A first link for {@link next}, or -1 when nothing carries the tag. */
  firstOf(tag: string): number {
    const id = this.#idOf.get(tag);
    return id === undefined ? NONE : this.#heads[id]!;
  }

  /** The link after `link` in its tag's list, or -1. Ask before the slot of `link` is removed. */
  next(link: number): number {
    return link < FURTHER ? this.#first!.next[link]! : this.#further!.next[link - FURTHER]!;
  }

  slotOf(link: number): number {
    return link < FURTHER ? link : this.#owner[link - FURTHER]!;
  }

  clear(): void {
    this.#first = undefined;
    this.#second = undefined;
    this.#further = undefined;
    this.#more = new Int32Array(0);
    this.#owner = new Int32Array(0);
    this.#furtherTop = 0;
    this.#freeFurther = NONE;
    this.#idOf.clear();
    for (const list of [this.#names, this.#heads, this.#freeIds]) list.length = 0;
  }

  #addFurther(slot: number, tag: string): void {
    const link = this.#takeFurther();
    this.#owner[link - FURTHER] = slot;
    this.#second ??= new Int32Array(this.#capacity).fill(NONE);
    this.#more[link - FURTHER] = this.#second[slot]!;
    this.#second[slot] = link;
    this.#link(link, tag);
  }

  #takeFurther(): number {
    if (this.#freeFurther !== NONE) {
      const link = this.#freeFurther;
      this.#freeFurther = this.#more[link - FURTHER]!;
      return link;
    }
    if (this.#furtherTop === this.#owner.length) {
      const capacity = Math.max(16, 2 * this.#owner.length);
      this.#further ??= createLinks(0);
      growLinks(this.#further, capacity);
      this.#owner = enlarged(this.#owner, capacity);
      this.#more = enlarged(this.#more, capacity);
    }
    return FURTHER + this.#furtherTop++;
  }

  #link(link: number, tag: string): void {
    const id = this.#idOf.get(tag) ?? this.#addTag(tag);
    const head = this.#heads[id]!;
    const [links, at] = this.#placeOf(link);
    links.tag[at] = id;
    links.previous[at] = NONE;
    links.next[at] = head;
    if (head !== NONE) this.#setPrevious(head, link);
    this.#heads[id] = link;
  }

  #unlink(link: number): void {
    const [links, at] = this.#placeOf(link);
    const id = links.tag[at]!;
    const previous = links.previous[at]!;
    const next = links.next[at]!;
    links.tag[at] = NONE;
    if (next !== NONE) this.#setPrevious(next, previous);
    if (previous !== NONE) this.#setNext(previous, next);
    else if (next !== NONE) this.#heads[id] = next;
    else this.#forgetTag(id);
  }

  #placeOf(link: number): [LinkArrays, number] {
    return link < FURTHER ? [this.#first!, link] : [this.#further!, link - FURTHER];
  }

  #setPrevious(link: number, previous: number): void {
    const [links, at] = this.#placeOf(link);
    links.previous[at] = previous;
  }

  #setNext(link: number, next: number): void {
    const [links, at] = this.#placeOf(link);
    links.next[at] = next;
  }

  #addTag(tag: string): number {
    const id = this.#freeIds.pop() ?? this.#names.length;
    this.#idOf.set(tag, id);
    this.#names[id] = tag;
    this.#heads[id] = NONE;
    return id;
  }

  #forgetTag(id: number): void {
    this.#idOf.delete(this.#names[id]!);
    this.#names[id] = '';
    this.#freeIds.push(id);
  }
}

interface LinkArrays {
  /** Id of the tag, or -1 for a link that is free. */
  tag: Int32Array;
  previous: Int32Array;
  next: Int32Array;
}

function createLinks(capacity: number): LinkArrays {
  const array = (): Int32Array => new Int32Array(capacity).fill(NONE);
  return { tag: array(), previous: array(), next: array() };
}

function growLinks(links: LinkArrays, capacity: number): void {
  links.tag = enlarged(links.tag, capacity);
  links.previous = enlarged(links.previous, capacity);
  links.next = enlarged(links.next, capacity);
}

function enlarged(old: Int32Array, capacity: number): Int32Array {
  const array = new Int32Array(capacity).fill(NONE, old.length);
  array.set(old);
  return array;
}
