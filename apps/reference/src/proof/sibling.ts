import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArmProcess } from '@millrace/load/prove';
import { freePort } from '@millrace/scripts/services';

const READY_MS = 20_000;

/** Another instance of an arm, in a process of its own, on the arm's database. */
export interface Sibling extends AsyncDisposable {
  readonly baseUrl: string;
}

/** Starts a second instance of the arm that listens at `baseUrl`; it is ready when the promise resolves. */
export type StartSibling = (baseUrl: string, signal: AbortSignal) => Promise<Sibling>;

/** @param armAt what was started, by where it listens */
export function createSiblings(armAt: ReadonlyMap<string, ArmProcess>): StartSibling {
  return async (baseUrl, signal) => {
    const arm = armAt.get(baseUrl);
    if (arm === undefined) throw new RangeError(`no arm listens at ${baseUrl}`);
    const port = await freePort();
    const [program = '', ...args] = arm.command;
    const env = { PATH: process.env.PATH ?? '', ...arm.env, PORT: String(port) };
    const child = spawn(program, args, { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const end = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    };
    const sibling = { baseUrl: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: end };
    try {
      await isReady(`${sibling.baseUrl}${arm.readyPath}`, AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]));
    } catch (error) {
      await end();
      throw error;
    }
    return sibling;
  };
}

async function isReady(url: string, signal: AbortSignal): Promise<void> {
  while (!(await fetch(url, { signal }).then(({ ok }) => ok, refused(signal)))) await sleep(20, undefined, { signal });
}

/** A port that nobody listens at yet is no failure; the end of the wait is. */
function refused(signal: AbortSignal): () => boolean {
  return () => {
    signal.throwIfAborted();
    return false;
  };
}
