import { spawn, spawnSync } from 'node:child_process';
import { ROOT } from './tree.ts';

/** How a program ended. */
export interface Ending {
  readonly passed: boolean;
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to either stream. */
  readonly output: string;
}

/** Where, with what variables and within what time a program runs. */
export interface CommandPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
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

/** Starts a program without input, so that several run side by side. Resolves when it has ended, however that was. */
export function startCommand(command: string, args: readonly string[], place: CommandPlace): Promise<Ending> {
  const { cwd, env, timeoutMs } = place;
  const child = spawn(command, args, {
    ...{ cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (code: number | null, note: string): void =>
      resolve({ passed: code === 0, code, output: Buffer.concat(chunks).toString() + note });
    child.on('error', (error) => end(null, `${error.message}\n`));
    child.on('close', (code, signal) => end(code, signal === null ? '' : `ended by ${signal}\n`));
  });
}
