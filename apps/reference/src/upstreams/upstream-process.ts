import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A fake upstream that runs. */
export interface UpstreamProcess<Counts> extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** What it has been asked so far. */
  counts(): Promise<Counts>;
  /** Counts from zero again, and starts latencies and faults from the seed again. */
  reset(): Promise<void>;
  /** Ends the process; resolves when it is gone. May be called again. */
  close(): Promise<void>;
}

export interface UpstreamProcessOptions {
  /** The module that serves. Its first line on standard output is JSON with `url`. */
  readonly main: URL;
  readonly env: Readonly<Record<string, string>>;
  /** What is thrown when it does not start. */
  refuse(reason: string, cause?: unknown): Error;
}

const START_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 2_000;

/** Starts an upstream in a process of its own, which ends with this one however this one ends. */
export async function startUpstreamProcess<Counts>(options: UpstreamProcessOptions): Promise<UpstreamProcess<Counts>> {
  // Detached: Ctrl-C goes to the parent alone, which may still want answers while it finishes its report.
  const child = spawn(process.execPath, ['--conditions=millrace-source', fileURLToPath(options.main)], {
    env: { ...compiledCode(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const close = closer(child);
  try {
    const url = await readyUrl(child, options);
    const call = (path: string, method: string): Promise<Response> => {
      const signal = AbortSignal.timeout(END_TIMEOUT_MS);
      return fetch(url + path, { method, headers: { connection: 'close' }, signal });
    };
    return {
      ...{ url, pid: child.pid as number, close },
      counts: async () => (await (await call('/__counts', 'GET')).json()) as Counts,
      reset: async () => void (await (await call('/__reset', 'POST')).text()),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where compiled code is kept, as for this process. */
function compiledCode(): Readonly<Record<string, string>> {
  const folder = process.env.NODE_COMPILE_CACHE;
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** The address in the child's first line; an error when it ends, or says nothing, before that. */
async function readyUrl(child: ChildProcess, { refuse }: UpstreamProcessOptions): Promise<string> {
  const said: string[] = [];
  const stderr = child.stderr as Readable;
  stderr.setEncoding('utf8').on('data', (text: string) => said.length < 20 && said.push(text));
  const lines = createInterface({ input: child.stdout as Readable });
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  try {
    const ended = once(child, 'close', { signal }).then(() => undefined);
    const first = await Promise.race([once(lines, 'line', { signal }), ended]);
    if (first !== undefined) return (JSON.parse(String(first[0])) as { url: string }).url;
  } catch (error) {
    throw refuse(String(error), error);
  }
  throw refuse(said.join('').trim() || 'it ended at once');
}

/** Closes standard input, which ends the child; after two seconds SIGKILL does. */
function closer(child: ChildProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return async () => {
    child.stdin?.on('error', () => {}).end();
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
  };
}
