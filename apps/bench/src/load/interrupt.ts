import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';

const INTERRUPT_RUN = new URL('./interrupt-run.ts', import.meta.url);
const SERVERS = {
  'load.interrupt': new URL('./fixed-server.ts', import.meta.url),
  'load.interrupt.silent': new URL('./held-server.ts', import.meta.url),
} as const;

/** From the interruption of a run to its printed report: of a service that answers, and of one that does not. */
export async function measureInterrupts(rounds: number): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [goal, file] of Object.entries(SERVERS)) {
    await using server = await startChild<{ port: number }>(file);
    const url = `http://127.0.0.1:${server.ready.port}`;
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await using child = await startChild<{ seconds: number }>(INTERRUPT_RUN, [url]);
      seconds.push(child.ready.seconds);
    }
    measurements.push(overRounds(goal, seconds));
  }
  return measurements;
}
