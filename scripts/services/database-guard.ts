import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { withTimeout } from 'millrace/core';
import { dropDatabases } from './databases.ts';
import { SERVICE_ERRORS } from './errors.ts';
import { reasonOf } from './reason.ts';

const STOP_TIMEOUT_MS = 30_000;

/**
 * A process of its own that drops the databases of `prefix` once this process has ended in whatever way. It learns the
 * address from a pipe, because everybody can read the arguments of a process; the end of that pipe is its sign to act.
 */
export async function startDatabaseGuard(url: string, prefix: string): Promise<{ close(): Promise<void> }> {
  const child = spawn(process.execPath, ['--conditions=millrace-source', import.meta.filename], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => {}); // A guard that is gone already shows in its exit code.
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  try {
    await Promise.race([once(child, 'spawn'), exit]);
  } catch (error) {
    const context = { service: 'the database guard', reason: reasonOf(error) };
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', context, error);
  }
  child.unref();
  (child.stdin as Partial<{ unref(): void }>).unref?.();
  child.stdin.write(`${JSON.stringify({ url, prefix })}\n`);
  const close = async (): Promise<void> => {
    child.stdin.end();
    await withTimeout(exit, STOP_TIMEOUT_MS);
  };
  return { close };
}

/** The guard's side. */
async function guard(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  let order: { url: string; prefix: string } | undefined;
  for await (const line of lines) order ??= JSON.parse(line);
  if (order !== undefined) await dropDatabases(order.url, order.prefix);
}

if (import.meta.main) await guard();
