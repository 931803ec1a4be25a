import { peerOf } from '../child-figures.ts';
import { startChild } from '../load/child.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';
import { takeTurns } from '../turns.ts';
import { writeTokenSet } from './token-set.ts';

const SERVER = new URL('./route-server.ts', import.meta.url);
const LOAD = new URL('./route-load.ts', import.meta.url);
const PEER = '@fastify/jwt';
/** More than a hundredth of what a round asks for. */
const FRESH = 6_000;
/** Of a core, so that it is the server that takes as long as it takes. */
const LEAST_BUSY = 0.85;

/** What came of one load. */
export interface RouteRun {
  readonly perSecond: number;
  /** Processor time of the server for a request. */
  readonly cpuUs: number;
  /** Cores that the server used. */
  readonly busy: number;
}

/** Requests a second behind a token check ÷ those of the same route open to all, and ÷ those behind the peer; and by processor time. */
export async function measureRoute(rounds: number, seconds: number): Promise<Measurement[]> {
  await using tokens = await writeTokenSet(FRESH);
  const measured = await takeTurns(['open', 'own', 'peer'], rounds, async (arm): Promise<RouteRun> => {
    await using server = await startChild<{ readonly url: string }>(SERVER, [arm, tokens.file]);
    const url = server.ready.url;
    await using load = await startChild<RouteRun>(LOAD, [url, String(1e3 * seconds), tokens.file]);
    return load.ready;
  });
  const idle = idleServer(measured.flatMap(Object.values));
  const over = (goal: string, ratio: (round: (typeof measured)[number]) => number): Measurement => ({
    ...overRounds(`auth.route.${goal}`, measured.map(ratio)),
    ...idle,
  });
  const peer = (figure: keyof RouteRun): Pick<Measurement, 'peer'> => ({
    peer: peerOf(PEER, median(measured.map((round) => round.peer[figure]))),
  });
  return [
    over('open', ({ own, open }) => own.perSecond / open.perSecond),
    over('open.cpu', ({ own, open }) => open.cpuUs / own.cpuUs),
    { ...over('peer', (round) => round.own.perSecond / round.peer.perSecond), ...peer('perSecond') },
    { ...over('peer.cpu', (round) => round.peer.cpuUs / round.own.cpuUs), ...peer('cpuUs') },
  ];
}

/** What is said when a server waited for who loads it: then that was measured. */
export function idleServer(runs: readonly RouteRun[]): Pick<Measurement, 'invalid'> {
  const least = Math.min(...runs.map(({ busy }) => busy));
  if (least >= LEAST_BUSY) return {};
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return { invalid: `a server was busy only ${percent(least)} of the time (bound ${percent(LEAST_BUSY)})` };
}
