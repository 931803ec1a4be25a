import { measureKnownStall } from '@millrace/load';
import { type Measurement, overRounds } from '../measurement.ts';
import { invalidBy } from './invalid.ts';

type KnownStall = Awaited<ReturnType<typeof measureKnownStall>>;

const NAMES = ['p95', 'p99', 'max'] as const;

/** One second of stall in ten at 2,000/s: how far each percentile is from what the server stamped, in percent. */
export async function measureStall(rounds: number): Promise<Measurement[]> {
  const stalls: KnownStall[] = [];
  for (let seed = 1; seed <= rounds; seed++) stalls.push(await measureKnownStall({ seed }));
  return stallMeasurements(stalls);
}

/** The stamps know nothing of an arrival that was not answered, so each must be. */
export function stallMeasurements(stalls: readonly Pick<KnownStall, 'figures' | 'result'>[]): Measurement[] {
  for (const { total, arrivals } of stalls.map(({ result }) => result)) {
    if (total.ok !== arrivals.planned) throw new Error(`${total.ok} good answers of ${arrivals.planned}`);
  }
  const invalid = invalidBy(stalls.flatMap(({ result }) => result.validity.reasons));
  return NAMES.map((name) => {
    const figures = stalls.flatMap((stall) => stall.figures.filter((figure) => figure.name === name));
    const percents = figures.map(({ error }) => Math.abs(error) * 100);
    return { ...overRounds(`load.stall.${name}`, percents), ...invalid };
  });
}
