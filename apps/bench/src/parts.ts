import type { Measurement } from './measurement.ts';

/** A part of an area, and the goals that it measures. */
export interface Part {
  readonly goals: readonly string[];
  readonly measure: () => Measurement | readonly Measurement[] | Promise<Measurement | readonly Measurement[]>;
}

/** Measures one part after the other. One that fails leaves its goals skipped, for the reason it gave. */
export async function measureParts(parts: readonly Part[]): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { goals, measure } of parts) {
    try {
      measurements.push(...[await measure()].flat());
    } catch (error) {
      const skipped = error instanceof Error ? error.message : String(error);
      measurements.push(...goals.map((goal) => ({ goal, value: null, spread: null, skipped })));
    }
  }
  return measurements;
}
