import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Measurement, overRounds } from '../measurement.ts';
import { FROM_SOURCES, startChild } from './child.ts';

const COMMAND = fileURLToPath(new URL('../../../../packages/cli/src/main.ts', import.meta.url));
const SERVERS = {
  'load.interrupt': new URL('./fixed-server.ts', import.meta.url),
  'load.interrupt.silent': new URL('./held-server.ts', import.meta.url),
} as const;
const LOAD = ['--rate', '500', '--duration', '60', '--lang', 'en'];
const INTERRUPTED = 130;
const TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** From SIGINT at the command to its end with a printed report: of a service that answers, and of one that does not. */
export async function measureInterrupts(rounds: number): Promise<Measurement[]> {
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

/** Interrupts a run of a minute a second after its journal tells of it. */
async function interruptCommand(url: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const journal = join(folder, 'journal');
  const args = [FROM_SOURCES, COMMAND, 'load', 'run', '--url', url, ...LOAD, '--journal', journal];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    ...{ timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
  });
  try {
    const printed = text(child.stdout);
    while (!existsSync(journal) && child.exitCode === null && child.signalCode === null) await sleep(POLL_MS);
    await sleep(1_000);
    const began = performance.now();
    child.kill('SIGINT');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const report = await printed;
    const seconds = (performance.now() - began) / 1_000;
    if (child.exitCode === INTERRUPTED && /^Interrupted: /m.test(report)) return seconds;
    throw new Error(`the command ended with ${child.exitCode ?? child.signalCode} and no report of an interrupted run`);
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}
