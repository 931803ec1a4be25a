/** Where checks are counted whose names have no room for a row. */
export const OTHER_CHECKS: string = 'other checks';
/** Where reasons are counted that have no room for a row. */
export const OTHER_REASONS: string = 'other reasons';

/**
 * Under which name a row of several parts goes when they are merged. Each part keeps so many names, and counts the rest
 * as `others`; which these are depends on what came up first in it. A name for which a part that is full has no row may
 * be among its `others`, so all its counts go there: what the merged result shows by name is all there was of it.
 * @param parts the names of the rows of each part
 */
export function wholeRows(parts: readonly ReadonlySet<string>[], others: string): (name: string) => string {
  const full = parts.filter((names) => names.has(others));
  return (name) => (full.every((names) => names.has(name)) ? name : others);
}
