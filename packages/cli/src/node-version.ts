/** The least Node that what is published runs on, as `engines` of the packages says. */
const LEAST: readonly [major: number, minor: number] = [24, 12];

/**
 * What to say to a Node that is too old; undefined: it will do. This module and the one that asks it must be readable to
 * that Node, so they import nothing before the answer.
 */
export function oldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `millrace: needs Node ${leastMajor}.${leastMinor} or newer, this is ${version}; install a newer Node`;
}
