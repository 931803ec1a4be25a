import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A helper process of the bench: it says one JSON line when it is ready, and ends when its standard input does. */
export interface BenchChild<Ready> extends AsyncDisposable {
  readonly ready: Ready;
  readonly pid: number;
}

/** Has Node import the packages from their sources. */
export const FROM_SOURCES = '--conditions=millrace-source';

/** Options of {@link startChild}. */
export interface ChildOptions {
  /** What Node is told, and all of it; default: to import the packages from their sources. */
  readonly nodeArgs?: readonly string[];
  /** How long to wait for its line, and then for its end, before it is killed; in milliseconds, default 10 minutes. */
  readonly timeoutMs?: number;
}

/** Runs a file of the bench in a process of its own. */
export async function startChild<Ready>(
  file: URL,
  args: readonly string[] = [],
  { nodeArgs = [FROM_SOURCES], timeoutMs = 600_000 }: ChildOptions = {},
): Promise<BenchChild<Ready>> {
  const child: ChildProcess = spawn(process.execPath, [...nodeArgs, file.pathname, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // npm passes options to Node in it.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const line = await withinTime(child, timeoutMs, () => firstLine(child.stdout as Readable));
  if (line === undefined) throw new Error(`${file.pathname} ended without an answer, or gave none in ${timeoutMs} ms`);
  return {
    ready: JSON.parse(line) as Ready,
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin?.end();
      await withinTime(child, timeoutMs, () => once(child, 'exit'));
    },
  };
}

async function firstLine(stdout: Readable): Promise<string | undefined> {
  const { value } = await createInterface({ input: stdout })[Symbol.asyncIterator]().next();
  return value;
}

/** A child that is killed ends what is waited for. */
async function withinTime<Result>(
  child: ChildProcess,
  timeoutMs: number,
  wait: () => Promise<Result>,
): Promise<Result> {
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    return await wait();
  } finally {
    clearTimeout(timer);
  }
}
