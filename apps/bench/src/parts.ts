import type { Measurement } from './measurement.ts';
import { createProgress, type Progress } from './progress.ts';

/** A part of an area, and the goals that it measures. */
export interface Part {
  readonly goals: readonly string[];
  readonly measure: () => Measurement | readonly Measurement[] | Promise<Measurement | readonly Measurement[]>;
}

/** Measures one part after the other. One that fails leaves its goals skipped, for the reason it gave. */
export async function measureParts(
  parts: readonly Part[],
  { part }: Progress = createProgress(parts.length),
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { goals, measure } of parts) {
    try {
      measurements.push(...[await part(goals.join(', '), measure)].flat());
    } catch (error) {
      const skipped = error instanceof Error ? error.message : String(error);
      measurements.push(...goals.map((goal) => ({ goal, value: null, spread: null, skipped })));
    }
  }
  return measurements;
}
