import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = new URL('./main.ts', import.meta.url).pathname;

/** How a command ended, and all that it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the command line in a folder, in English unless told otherwise. */
export function startIn(folder: string, args: readonly string[], env: Record<string, string> = {}): Running {
  // Not what npm says of itself: the command takes presses that are close together for one under npm alone.
  const { NODE_TEST_CONTEXT: _, npm_lifecycle_event: _event, ...outer } = process.env;
  const inherited = { ...outer, SMALL_SERVICE_LOG: join(folder, 'log'), LC_ALL: 'C', ...env };
  const child = spawn(process.execPath, ['--conditions=millrace-source', MAIN, ...args], {
    cwd: folder,
    env: inherited,
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    ...text,
  }));
  return { child, ended };
}

/** One line on stderr besides the progress, and none that looks like a stack. */
export function assertOneLine({ stderr }: Ended, says: RegExp): void {
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('millrace:'));
  assert.equal(lines.length, 1, stderr);
  assert.match(lines[0] ?? '', says);
  assert.doesNotMatch(stderr, /^ {4}at /m);
}
