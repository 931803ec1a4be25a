import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A helper process of the bench: it says one JSON line when it is ready, and ends when its standard input does. */
export interface BenchChild<Ready> extends AsyncDisposable {
  readonly ready: Ready;
  /** The next JSON line it says. */
  nextLine(): Promise<unknown>;
}

/** Has Node import the packages from their sources. */
export const FROM_SOURCES = '--conditions=millrace-source';

/** Options of {@link startChild}. */
export interface ChildOptions {
  /** What Node is told; default: to import the packages from their sources. */
  readonly nodeArgs?: readonly string[];
}

/** Runs a file of the bench in a process of its own. */
export async function startChild<Ready>(
  file: URL,
  args: readonly string[] = [],
  { nodeArgs = [FROM_SOURCES] }: ChildOptions = {},
): Promise<BenchChild<Ready>> {
  const child: ChildProcess = spawn(process.execPath, [...nodeArgs, file.pathname, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as Readable })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done) throw new Error(`${file.pathname} ended without an answer`);
    return JSON.parse(line.value);
  };
  return {
    ready: (await nextLine()) as Ready,
    nextLine,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}
