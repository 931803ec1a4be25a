import { spawnSync } from 'node:child_process';
import { ROOT } from './tree.ts';

/** How a program ended. */
export interface Ending {
  readonly passed: boolean;
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to either stream. */
  readonly output: string;
}

const TIMEOUT_MS = 110_000;

/** Runs a program of the tree and waits for it. `env` replaces single variables; undefined removes one. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Ending {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  });
  return {
    passed: status === 0,
    code: status,
    output: `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`,
  };
}
