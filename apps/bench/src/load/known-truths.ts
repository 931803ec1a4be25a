import { runSelfTest, type SelfTestResult } from '@millrace/load/selftest';
import { type Measurement, overRounds } from '../measurement.ts';
import { invalidBy } from './invalid.ts';

type Check = SelfTestResult['checks'][number];

const DELAYS_MS = [5, 20, 100] as const;
const OVERLOAD_FIGURES = ['p50', 'p90'] as const;

/** The load tester's errors where the built-in server knows better: held answers, and a queue that grows. */
export async function measureKnownTruths(rounds: number, quick: boolean): Promise<Measurement[]> {
  const tests: SelfTestResult[] = [];
  for (let seed = 1; seed <= rounds; seed++) tests.push(await testDelaysAndOverload(quick, seed));
  const invalid = invalidBy(tests.flatMap((test) => test.reasons));
  const delays = DELAYS_MS.map((delayMs) => {
    const worst = tests.map(({ checks }) => Math.max(...checks.filter(isDelay(delayMs)).map(shareOfGoal)));
    return { ...overRounds(`load.delay.${delayMs}`, worst), ...invalid };
  });
  const overload = OVERLOAD_FIGURES.map((figure) => {
    const found = tests.flatMap(({ checks }) =>
      checks.filter((one) => one.part === 'overload' && one.figure === figure),
    );
    const percents = found.map(({ error }) => Math.abs(error) * 100);
    return { ...overRounds(`load.overload.${figure}`, percents), ...invalid };
  });
  return [...delays, ...overload];
}

/** The parts up to the overload; pacing has runs of its own. */
function testDelaysAndOverload(isQuick: boolean, seed: number): Promise<SelfTestResult> {
  const enough = new AbortController();
  const onChecks = (checks: readonly Check[]): void => {
    const missing = checks.find(({ figure, met }) => figure === 'samples' && !met);
    if (missing !== undefined) throw new Error(`${missing.part}: ${missing.measured} of ${missing.truth} samples`);
    if (checks.some(({ part }) => part === 'overload')) enough.abort();
  };
  return runSelfTest({ isQuick, seed, signal: enough.signal, onChecks });
}

function isDelay(delayMs: number): (check: Check) => boolean {
  return ({ part, condition, figure }) => part === 'delay' && condition === delayMs && figure !== 'samples';
}

function shareOfGoal({ error, goal }: Check): number {
  return Math.abs(error) / goal;
}
