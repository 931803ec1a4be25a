import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@millrace/scripts/services';

const MAIN = fileURLToPath(import.meta.resolve('@millrace/reference/main'));
const START_TIMEOUT_MS = 20_000;
const END_TIMEOUT_MS = 3_000;
const POLL_MS = 20;

/** The reference service in a process of its own. */
export interface ServiceProcess extends AsyncDisposable {
  readonly baseUrl: string;
  readonly pid: number;
}

/** Starts the service with `env` alone, and waits until it is ready. */
export async function startService(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['--conditions=millrace-source', MAIN], {
    env: { ...env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const service = { baseUrl, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => end(child) };
  try {
    await ready(child, baseUrl);
    return service;
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function ready(child: ChildProcess, baseUrl: string): Promise<void> {
  const givenUpAt = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < givenUpAt) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(POLL_MS);
  }
  throw new Error('the service was not ready in time');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
  await exit;
  clearTimeout(timer);
}
