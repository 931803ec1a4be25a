/** The arithmetic mean; undefined of nothing. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether the values are not all the same. */
export function isVaried([first, ...others]: readonly number[]): boolean {
  return others.some((value) => value !== first);
}

/** The standard deviation within two samples, each around its own mean; undefined when neither holds two values. */
export function pooledDeviation(first: readonly number[], second: readonly number[]): number | undefined {
  const degrees = Math.max(0, first.length - 1) + Math.max(0, second.length - 1);
  return degrees === 0 ? undefined : Math.sqrt((squaresAround(first) + squaresAround(second)) / degrees);
}

function squaresAround(values: readonly number[]): number {
  const centre = mean(values) ?? 0;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}
