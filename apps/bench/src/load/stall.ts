import { measureKnownStall } from '@millrace/load';
import { type Measurement, overRounds } from '../measurement.ts';

const NAMES = ['p95', 'p99', 'max'] as const;

/** One second of stall in ten at 2,000/s: how far each percentile is from what the server stamped, in percent. */
export async function measureStall(rounds: number): Promise<Measurement[]> {
  const off: Record<(typeof NAMES)[number], number[]> = { p95: [], p99: [], max: [] };
  for (let seed = 1; seed <= rounds; seed++) {
    const { figures } = await measureKnownStall({ seed });
    for (const name of NAMES) {
      const figure = figures.find((each) => each.name === name);
      if (figure !== undefined) off[name].push(Math.abs(figure.error) * 100);
    }
  }
  return NAMES.map((name) => overRounds(`load.stall.${name}`, off[name]));
}
