import { type Measurement, median } from '../measurement.ts';
import { startChild } from './child.ts';
import { runWrk, type WrkRun, wrkVersion } from './wrk.ts';

const GOAL = 'load.http.cpu';
const FIXED_SERVER = new URL('./fixed-server.ts', import.meta.url);
const CLOSED_RUN = new URL('./closed-run.ts', import.meta.url);

/** Requests per CPU-second of the client, beside wrk's in the same round against the same server. */
export async function measureThroughput(rounds: number, seconds: number): Promise<Measurement> {
  const wrk = await wrkVersion();
  if ('failed' in wrk) return { goal: GOAL, value: null, spread: null, skipped: wrk.failed };
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const url = `http://127.0.0.1:${server.ready.port}`;
  const ratios: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const pair =
      round % 2 === 0
        ? [await ours(url, seconds), await runWrk(url, seconds)]
        : [await runWrk(url, seconds), await ours(url, seconds)];
    const [own, peer] = (round % 2 === 0 ? pair : pair.toReversed()).map(perCpuSecond) as [number, number];
    ratios.push(own / peer);
    peers.push(peer);
  }
  return {
    goal: GOAL,
    value: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    peer: { name: 'wrk', version: wrk.version, value: median(peers) },
  };
}

async function ours(url: string, seconds: number): Promise<WrkRun> {
  await using child = await startChild<WrkRun>(CLOSED_RUN, [url, String(seconds * 1_000)]);
  return child.ready;
}

function perCpuSecond({ requests, cpuSeconds }: WrkRun): number {
  return requests / cpuSeconds;
}
