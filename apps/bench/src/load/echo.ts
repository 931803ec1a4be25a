import { createRequire } from 'node:module';
import { type Measurement, median } from '../measurement.ts';
import { startChild } from './child.ts';
import type { WrkRun } from './wrk.ts';

const ECHO_SERVER = new URL('./echo-server.ts', import.meta.url);
const ECHO_RUN = new URL('./echo-run.ts', import.meta.url);
const PEER = createRequire(import.meta.url)('ws/package.json') as { readonly version: string };

/** WebSocket round trips per CPU-second of the client, beside those of `ws` in the same round against the same server. */
export async function measureEcho(rounds: number, seconds: number): Promise<Measurement> {
  await using server = await startChild<{ port: number }>(ECHO_SERVER);
  const url = `ws://127.0.0.1:${server.ready.port}`;
  const ratios: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['own', 'ws'] as const) : (['ws', 'own'] as const);
    const figures = { own: 0, ws: 0 };
    for (const client of order) figures[client] = await tripsPerCpuSecond(client, url, seconds);
    ratios.push(figures.own / figures.ws);
    peers.push(figures.ws);
  }
  return {
    goal: 'load.websocket.cpu',
    value: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    peer: { name: 'ws', version: PEER.version, value: median(peers) },
  };
}

async function tripsPerCpuSecond(client: 'own' | 'ws', url: string, seconds: number): Promise<number> {
  await using child = await startChild<WrkRun>(ECHO_RUN, [client, url, String(seconds * 1_000)]);
  return child.ready.requests / child.ready.cpuSeconds;
}
