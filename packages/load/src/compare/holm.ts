/**
 * The p values of one family, corrected so that a claim of any of them is false no more often than a single one alone
 * would be. In the order given.
 *
 * Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure (1979).
 * @example
 * holmAdjust([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holmAdjust(ps: readonly number[]): number[] {
  const ascending = ps.map((p, index) => ({ p, index })).toSorted((left, right) => left.p - right.p);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  for (const [rank, { p, index }] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
