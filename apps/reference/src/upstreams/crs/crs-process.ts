import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { REFERENCE_NOW } from '../../data/index.ts';
import { ERRORS } from '../errors.ts';
import type { CrsCounts } from './call-counts.ts';
import type { KnownData } from './key-listing.ts';
import { toEnvironment } from './settings.ts';

export interface StartCrsOptions {
  /** Factor on the recorded latencies; default 1, 0 answers at once. */
  readonly latencyScale?: number;
  /** Seed of latencies and faults, default 1. */
  readonly seed?: number;
  /** Share of the calls that fail with 500, default 0. */
  readonly errorRate?: number;
  /** Share of the calls that wait `hangMs` before they are answered, default 0. */
  readonly hangRate?: number;
  /** Default 5,000; not scaled by `latencyScale`. */
  readonly hangMs?: number;
  /** The day on which a trend ends, default `REFERENCE_NOW`. */
  readonly today?: Date;
  /** Whose keys it lists: give what the database was loaded with. Default the profile tiny with seed 1. */
  readonly data?: KnownData;
  /** Default 0: any free port. */
  readonly port?: number;
}

/** The running upstream. */
export interface Crs extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** What the service logs in with; made anew for each start. */
  readonly adminUser: string;
  readonly adminSecret: string;
  /** What it has been asked so far. */
  counts(): Promise<CrsCounts>;
  /** Counts from zero again, and starts latencies and faults from the seed again. Tokens stay good. */
  reset(): Promise<void>;
  /** Ends the process; resolves when it is gone. May be called again. */
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 2_000;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Starts the upstream in a process of its own, which ends with this one however this one ends.
 * @throws MILLRACE_REFERENCE_CRS_START when it is not ready within ten seconds.
 * @example
 * await using crs = await startCrs({ latencyScale: 0 });
 */
export async function startCrs(options: StartCrsOptions = {}): Promise<Crs> {
  const { latencyScale = 1, seed = 1, errorRate = 0, hangRate = 0, hangMs = 5_000, port = 0 } = options;
  const adminUser = `admin-${randomBytes(3).toString('hex')}`;
  const adminSecret = randomBytes(24).toString('base64url');
  const { today = REFERENCE_NOW, data = { profile: 'tiny', seed: 1 } } = options;
  const faults = { latencyScale, errorRate, hangRate, hangMs };
  const env = toEnvironment({ port, adminUser, adminSecret, today, data, seed, ...faults });
  // Detached: Ctrl-C goes to the parent alone, which may still want answers while it finishes its report.
  const child = spawn(process.execPath, ['--conditions=millrace-source', MAIN], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const close = closer(child);
  try {
    const url = await readyUrl(child);
    const call = (path: string, method: string): Promise<Response> => {
      return fetch(url + path, {
        method,
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(END_TIMEOUT_MS),
      });
    };
    return {
      ...{ url, pid: child.pid as number, adminUser, adminSecret, close },
      counts: async () => (await (await call('/__counts', 'GET')).json()) as CrsCounts,
      reset: async () => void (await (await call('/__reset', 'POST')).text()),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address in the child's first line; an error when it ends, or says nothing, before that. */
async function readyUrl(child: ChildProcess): Promise<string> {
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
    throw ERRORS.create('MILLRACE_REFERENCE_CRS_START', { reason: String(error) }, error);
  }
  throw ERRORS.create('MILLRACE_REFERENCE_CRS_START', { reason: said.join('').trim() || 'it ended at once' });
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
