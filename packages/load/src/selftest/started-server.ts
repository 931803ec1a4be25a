import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestServerReady } from './test-server.ts';

/** The built-in server, listening in a process of its own until disposed. */
export interface StartedServer extends Disposable {
  readonly target: string;
}

const START_TIMEOUT_MS = 10_000;

/** @param perSecond how many `/slot` answers the server gives a second */
export async function startTestServer(perSecond: number): Promise<StartedServer> {
  const file = fileURLToPath(import.meta.resolve('#selftest/test-server'));
  // In a group of its own, so that Ctrl-C in a terminal leaves it; it ends when its parent does.
  const child = fork(file, [`${perSecond}`], {
    ...{ execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true },
  });
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  try {
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    const [{ port }] = (await once(child, 'message', { signal })) as [TestServerReady];
    return { target: `http://127.0.0.1:${port}`, [Symbol.dispose]: stop };
  } catch (error) {
    stop();
    throw error;
  }
}
