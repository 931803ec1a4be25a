import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The service in a process of its own. */
export interface Instance extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts the service with `env` alone, but for where compiled code is kept. Its output is the test's to read. */
export function spawnService(env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, ['--conditions=millrace-source', MAIN], {
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The same, once it listens. */
export async function startInstance(env: Readonly<Record<string, string>>): Promise<Instance> {
  const child = spawnService({ ...env, PORT: '0', LOG_LEVEL: 'info' });
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    const url = /Server listening at (http:[^"]+)/.exec(String(chunk))?.[1];
    if (url !== undefined) return { child, url, [Symbol.asyncDispose]: () => end(child) };
  }
  throw new Error('it did not start');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
