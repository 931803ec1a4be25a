import { createRequire } from 'node:module';
import type { Measurement } from '../measurement.ts';
import { measureBeside, type PaidRun } from './beside.ts';
import { startChild } from './child.ts';

const ECHO_SERVER = new URL('./echo-server.ts', import.meta.url);
const ECHO_RUN = new URL('./echo-run.ts', import.meta.url);
const { version } = createRequire(import.meta.url)('ws/package.json') as { readonly version: string };

/** WebSocket round trips per CPU-second of the client, beside those of `ws` in the same round against the same server. */
export async function measureEcho(rounds: number, seconds: number): Promise<Measurement> {
  await using server = await startChild<{ port: number }>(ECHO_SERVER);
  const url = `ws://127.0.0.1:${server.ready.port}`;
  const run = async (client: 'own' | 'ws'): Promise<PaidRun> => {
    await using child = await startChild<PaidRun>(ECHO_RUN, [client, url, String(seconds * 1_000)]);
    return child.ready;
  };
  return await measureBeside('load.websocket.cpu', rounds, () => run('own'), {
    name: 'ws',
    version,
    run: () => run('ws'),
  });
}
