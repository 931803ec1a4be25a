const TAIL = 9;
const HALVINGS = 60;

/** Share of a standard normal distribution that lies below `z`; exact to 1e-15 (Marsaglia 2004, Taylor series). */
export function normalCdf(z: number): number {
  if (Math.abs(z) >= TAIL) return z < 0 ? 0 : 1;
  let sum = z;
  let term = z;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return Math.min(1, Math.max(0, 0.5 + density * sum));
}

/** The value below which the share `p` of a standard normal distribution lies, by halving. @param p above 0, below 1 */
export function normalQuantile(p: number): number {
  let low = -TAIL;
  let high = TAIL;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The same of Student's distribution, by the expansion of Abramowitz & Stegun 26.7.5: within 0.1 % from eight degrees of
 * freedom on for the levels in use here, too small below three.
 */
export function studentQuantile(p: number, degrees: number): number {
  const z = normalQuantile(p);
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}
