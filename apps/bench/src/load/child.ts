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

/** Runs a TypeScript file of the bench in a process of its own. */
export async function startChild<Ready>(file: URL, args: readonly string[] = []): Promise<BenchChild<Ready>> {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=millrace-source', file.pathname, ...args], {
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
