import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUILT_COMMAND } from './built.ts';

/** The built command a second into a run of a minute. */
export interface CommandRun {
  readonly child: ChildProcess & { readonly pid: number };
  /** All that it prints, once it has ended. */
  readonly printed: Promise<string>;
}

const LOAD = ['--rate', '500', '--duration', '60', '--lang', 'en'];
const TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** Runs the command against `url`, waits until a second after its journal tells of it, and ends it after `use` at the latest. */
export async function withCommand<Result>(url: string, use: (run: CommandRun) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const journal = join(folder, 'journal');
  const child = spawn(process.execPath, [BUILT_COMMAND, 'load', 'run', '--url', url, ...LOAD, '--journal', journal], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // npm passes options to Node in it.
    env: { ...process.env, NODE_OPTIONS: '' },
    ...{ timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
  });
  try {
    const printed = text(child.stdout);
    await once(child, 'spawn');
    while (!existsSync(journal) && isRunning(child)) await sleep(POLL_MS);
    await sleep(1_000);
    return await use({ child: child as CommandRun['child'], printed });
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether it has not ended, as far as is known. */
export function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
