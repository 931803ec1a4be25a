import { once } from 'node:events';
import { type Measurement, overRounds } from '../measurement.ts';
import { buildPackages } from './built.ts';
import { startChild } from './child.ts';
import { isRunning, withCommand } from './command-run.ts';

const SERVERS = {
  'load.interrupt': new URL('./fixed-server.ts', import.meta.url),
  'load.interrupt.silent': new URL('./held-server.ts', import.meta.url),
} as const;
const INTERRUPTED = 130;

/** From SIGINT at the command to its end with a printed report: of a service that answers, and of one that does not. */
export async function measureInterrupts(rounds: number): Promise<Measurement[]> {
  await buildPackages();
  const measurements: Measurement[] = [];
  for (const [goal, file] of Object.entries(SERVERS)) {
    await using server = await startChild<{ port: number }>(file);
    const url = `http://127.0.0.1:${server.ready.port}`;
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) seconds.push(await interruptCommand(url));
    measurements.push(overRounds(goal, seconds));
  }
  return measurements;
}

function interruptCommand(url: string): Promise<number> {
  return withCommand(url, async ({ child, printed }) => {
    const began = performance.now();
    child.kill('SIGINT');
    if (isRunning(child)) await once(child, 'exit');
    const report = await printed;
    const seconds = (performance.now() - began) / 1_000;
    if (child.exitCode === INTERRUPTED && /^Interrupted: /m.test(report)) return seconds;
    throw new Error(`the command ended with ${child.exitCode ?? child.signalCode} and no report of an interrupted run`);
  });
}
