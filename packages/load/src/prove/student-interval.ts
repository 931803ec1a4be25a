import type { Spread } from './proof-result.ts';

/**
 * What ±t holds 95 % of, for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2,
 * column 0.975). Beyond 30 the last one stands: it is wider than it has to be, by less than 4.3 %.
 */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

/**
 * Where the ratio lies with 95 % confidence: Student's interval of paired differences (Student, "The Probable Error of a
 * Mean", 1908), on the logarithms of the block ratios, with one degree of freedom less than blocks. Null with fewer
 * than two blocks, and where the ends are no finite numbers above 0.
 */
export function studentInterval(ratios: readonly number[]): Spread | null {
  const blocks = ratios.length;
  const t = T_975[Math.min(blocks - 1, T_975.length) - 1];
  if (t === undefined) return null;
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / blocks;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (blocks - 1);
  const half = t * Math.sqrt(variance / blocks);
  const [min, max] = [Math.exp(mean - half), Math.exp(mean + half)];
  return min > 0 && Number.isFinite(max) ? { min, max } : null;
}
