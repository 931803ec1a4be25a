/*
 * What changed between two states of a result, as JSON: a few cells a second of figures that are mostly the same.
 *
 * Both states are plain data. Objects and arrays are compared cell by cell; the buckets of a histogram, which are sparse
 * pairs, by bucket, for a new one would shift all that follow. New values stand absolutely, so applying a change twice
 * does no harm.
 */

/** A change: undefined when nothing changed. */
export type Change =
  | { readonly v: unknown }
  /** Changed keys; keys that went. */
  | { readonly o: Readonly<Record<string, Change>>; readonly gone?: readonly string[] }
  /** The new length; changed places. */
  | { readonly n: number; readonly a: Readonly<Record<string, Change>> }
  /** Pairs of bucket and new count. */
  | { readonly b: readonly number[] };

type Fields = Readonly<Record<string, unknown>>;

const BUCKETS = 'buckets';

/** What turns `before` into `after`; undefined when they are alike. */
export function changeBetween(before: unknown, after: unknown, key = ''): Change | undefined {
  if (before === after) return undefined;
  if (Array.isArray(before) && Array.isArray(after)) {
    return key === BUCKETS ? bucketChange(before, after) : arrayChange(before, after);
  }
  if (isFields(before) && isFields(after)) return fieldsChange(before, after);
  return { v: after };
}

/** The state after `change`; `before` is left as it is. */
export function applyChange(before: unknown, change: Change): unknown {
  if ('v' in change) return change.v;
  if ('b' in change) return withBuckets(asArray(before) as number[], change.b);
  if ('n' in change) {
    const next = asArray(before).slice(0, change.n);
    for (const [place, inner] of Object.entries(change.a))
      next[Number(place)] = applyChange(next[Number(place)], inner);
    return next;
  }
  const next = isFields(before) ? { ...before } : {};
  for (const key of change.gone ?? []) delete next[key];
  for (const [key, inner] of Object.entries(change.o)) next[key] = applyChange(next[key], inner);
  return next;
}

function fieldsChange(before: Fields, after: Fields): Change | undefined {
  const changed: Record<string, Change> = {};
  for (const [key, value] of Object.entries(after)) {
    const change = Object.hasOwn(before, key) ? changeBetween(before[key], value, key) : { v: value };
    if (change !== undefined) changed[key] = change;
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  if (gone.length > 0) return { o: changed, gone };
  return Object.keys(changed).length === 0 ? undefined : { o: changed };
}

function arrayChange(before: readonly unknown[], after: readonly unknown[]): Change | undefined {
  const changed: Record<string, Change> = {};
  for (const [place, value] of after.entries()) {
    const change = place < before.length ? changeBetween(before[place], value) : { v: value };
    if (change !== undefined) changed[place] = change;
  }
  if (before.length === after.length && Object.keys(changed).length === 0) return undefined;
  return { n: after.length, a: changed };
}

function bucketChange(before: readonly number[], after: readonly number[]): Change | undefined {
  const known = countsOf(before);
  const changed: number[] = [];
  for (const [bucket, count] of countsOf(after)) {
    if (known.get(bucket) !== count) changed.push(bucket, count);
    known.delete(bucket);
  }
  for (const bucket of known.keys()) changed.push(bucket, 0);
  return changed.length === 0 ? undefined : { b: changed };
}

function withBuckets(before: readonly number[], changed: readonly number[]): number[] {
  const counts = countsOf(before);
  for (const [bucket, count] of countsOf(changed)) {
    if (count === 0) counts.delete(bucket);
    else counts.set(bucket, count);
  }
  return [...counts].toSorted(([one], [other]) => one - other).flat();
}

function countsOf(pairs: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i + 1 < pairs.length; i += 2) counts.set(pairs[i] as number, pairs[i + 1] as number);
  return counts;
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? [...value] : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
