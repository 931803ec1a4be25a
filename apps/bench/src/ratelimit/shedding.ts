import { defineScenario, runClosed, runLoad, type Scenario } from '@millrace/load';
import { peerOf } from '../child-figures.ts';
import { startChild } from '../load/child.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';
import { takeTurns } from '../turns.ts';

const SERVER = new URL('./shed-server.ts', import.meta.url);
/** Who has waited so long has gone. */
const PATIENCE_MS = 500;
const WARM_UP_MS = 500;
const CONNECTIONS = 400;
/** Until connections are open and the first burst is over; in whole seconds. */
const SETTLE_S = 2;
const ARMS = ['own', 'peer', 'none'] as const;

/**
 * Requests over connections that are there before: a proxy in front of a service has them, and a new one waits for an
 * overloaded event loop where nobody sees it. So the first ones only open theirs.
 */
const tooMany = (opening: number): Scenario<string> =>
  defineScenario({
    ...{ name: 'too many', users: 2, createUser: (at) => (at === 0 ? '/hold' : '/') },
    pickUser: (_random, arrival) => (arrival < opening ? 0 : 1),
    steps: [{ name: 'get', weight: 1, build: (path) => ({ method: 'GET', path }) }],
  });

/** Good answers a second at twice the capacity ÷ those at capacity: with the shedder, with the peer, and with nothing. */
export async function measureShedding(rounds: number, seconds: number): Promise<Measurement[]> {
  const measured = await takeTurns(ARMS, rounds, async (arm) => {
    await using server = await startChild<{ readonly url: string }>(SERVER, [arm]);
    const run = { target: server.ready.url, seed: 1, timeoutMs: PATIENCE_MS };
    const closed = { ...run, scenario: tooMany(0), maxConnections: 8 };
    await runClosed({ ...closed, durationMs: WARM_UP_MS });
    const { total } = await runClosed({ ...closed, durationMs: 1e3 * seconds });
    const peak = total.ok / seconds;
    const arrivals = { ratePerSecond: Math.round(2 * peak), durationMs: 1e3 * (SETTLE_S + seconds) };
    const open = { ...run, scenario: tooMany(CONNECTIONS), maxConnections: CONNECTIONS };
    const overload = await runLoad({ ...open, arrivals: { ...arrivals, kind: 'constant' } });
    return meanOf(overload.seconds.slice(SETTLE_S).map(({ ok }) => ok)) / peak;
  });
  const goodput = (arm: (typeof ARMS)[number]): number[] => measured.map((round) => round[arm]);
  const peer = peerOf('@fastify/under-pressure', median(goodput('peer')));
  return [
    { ...overRounds('ratelimit.shed.goodput', goodput('own')), peer },
    overRounds('ratelimit.shed.none', goodput('none')),
  ];
}

function meanOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / counts.length;
}
