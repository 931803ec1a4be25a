import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The last of the cores that this process may use. */
export async function lastCore(): Promise<string> {
  const { stdout } = await run('taskset', ['-cp', String(process.pid)]);
  const [core] = /\d+$/.exec(stdout.trim()) ?? [];
  if (core === undefined) throw new Error(`taskset gave no core: ${stdout}`);
  return core;
}

/** Keeps this process, each of its threads, on one core. */
export async function stayOn(core: string): Promise<void> {
  await run('taskset', ['-acp', core, String(process.pid)]);
}
