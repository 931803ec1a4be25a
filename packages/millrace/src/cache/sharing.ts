import { CACHE_ERRORS } from './errors.ts';

/**
 * What keeps callers from changing, for each other, the object that memory holds.
 *
 * - `reference`: nothing. All get the same object, at no cost: treat it as read-only.
 * - `freeze`: it is frozen when it is stored, once, with everything in it, and all get the same object; a hit costs nothing.
 *   Frozen are arrays and plain objects. What freezing breaks or does not protect is left as it is, with all that is in it:
 *   typed arrays and buffers, dates, maps, sets, and instances of classes.
 * - `clone`: what is stored is a copy, and everybody gets a copy of that, by `structuredClone`: each read costs as much as
 *   the value is large. Copies of instances of classes are plain objects, those of buffers plain `Uint8Array`s, and what
 *   holds a function is refused.
 */
export type Sharing = 'reference' | 'freeze' | 'clone';

export const SHARINGS: readonly Sharing[] = ['reference', 'freeze', 'clone'];

/** Freezes arrays and plain objects as deep as there are some; see {@link Sharing}. Ends for what holds itself. */
export function deepFreeze(value: unknown): void {
  if (!isFreezable(value)) return;
  const seen = new Set<object>([value]);
  for (const each of seen) {
    Object.freeze(each);
    for (const held of heldBy(each)) if (isFreezable(held)) seen.add(held);
  }
}

function heldBy(each: object): readonly unknown[] {
  if (Array.isArray(each)) return each;
  // Not by reading: that would run what stands behind an accessor.
  return Reflect.ownKeys(each).map((name): unknown => Object.getOwnPropertyDescriptor(each, name)?.value);
}

/** A copy that shares nothing with `value`. @throws MILLRACE_CACHE_VALUE_UNCLONEABLE */
export function cloned<T>(value: T): T {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    throw CACHE_ERRORS.create('MILLRACE_CACHE_VALUE_UNCLONEABLE', {}, cause);
  }
}

function isFreezable(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
