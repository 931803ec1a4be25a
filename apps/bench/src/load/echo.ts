import { createRequire } from 'node:module';
import type { Measurement } from '../measurement.ts';
import { measureBeside, type PaidRun } from './beside.ts';
import { startChild } from './child.ts';

const ECHO_SERVER = new URL('./echo-server.ts', import.meta.url);
const ECHO_RUN = new URL('./echo-run.ts', import.meta.url);
const { version } = createRequire(import.meta.url)('ws/package.json') as { readonly version: string };

type Client = 'own' | 'ws' | 'bare';

/** WebSocket round trips per CPU-second of the client, beside those of `ws` in the same round against the same server. */
export function measureEcho(rounds: number, seconds: number): Promise<Measurement> {
  return measureEchoBeside('load.websocket.cpu', rounds, seconds, { client: 'ws', name: 'ws', version });
}

/** The same beside a client of Node's sockets that parses nothing: no other one that uses them can be faster. */
export function measureBareEcho(rounds: number, seconds: number): Promise<Measurement> {
  const bare = { client: 'bare', name: 'node:net', version: process.version } as const;
  return measureEchoBeside('load.websocket.bare', rounds, seconds, bare);
}

async function measureEchoBeside(
  goal: string,
  rounds: number,
  seconds: number,
  peer: { readonly client: Client; readonly name: string; readonly version: string },
): Promise<Measurement> {
  await using server = await startChild<{ port: number }>(ECHO_SERVER);
  const url = `ws://127.0.0.1:${server.ready.port}`;
  const run = async (client: Client): Promise<PaidRun> => {
    await using child = await startChild<PaidRun>(ECHO_RUN, [client, url, String(seconds * 1_000)]);
    return child.ready;
  };
  return await measureBeside(goal, rounds, () => run('own'), { ...peer, run: () => run(peer.client) });
}
