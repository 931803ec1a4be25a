/**
 * The seed that the run gives to its property tests: `MILLRACE_TEST_SEED`, which the test command sets and prints.
 * Without it (a single test run by hand) fast-check draws and prints one of its own.
 * @example
 * fc.assert(property, { ...propertySeed() });
 */
export function propertySeed(env: Readonly<Record<string, string | undefined>> = process.env): { seed?: number } {
  const text = env.MILLRACE_TEST_SEED;
  return text === undefined || text === '' ? {} : { seed: Number(text) | 0 };
}
