/** Which part of a run a generator drives: arrivals and users `index`, `index + of`, `index + 2 of`, … . */
export interface Share {
  /** 0 to `of` - 1. */
  readonly index: number;
  /** Generators in all. */
  readonly of: number;
}

/** One generator drives it all. */
export const WHOLE: Share = { index: 0, of: 1 };

/** How many of `all` fall to this share. */
export function countOf(all: number, { index, of }: Share): number {
  return Math.max(0, Math.ceil((all - index) / of));
}

/** A bound that holds for all together as one for this share: no share is left without any of it. */
export function boundOf(all: number, { of }: Share): number {
  return Math.ceil(all / of);
}

/** The nearest user of this share to the one picked among all: the picks keep their pattern. */
export function ownOf(picked: number, all: number, { index, of }: Share): number {
  const own = picked - (picked % of) + index;
  return own < all ? own : own - of;
}
