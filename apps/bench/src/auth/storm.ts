import { defineScenario, percentileOf, responseTimesOf, runLoad, type StepResult } from '@millrace/load';
import { peerOf } from '../child-figures.ts';
import { startChild } from '../load/child.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';
import { takeTurns } from '../turns.ts';

const SERVER = new URL('./storm-server.ts', import.meta.url);
/** Requests a second to the other route. */
const RATE = 500;
const WARM_UP_MS = 500;

/** What a process felt of a storm of logins. */
export interface Storm {
  /** Logins that were done. */
  readonly perSecond: number;
  /** Milliseconds: delay of the event loop, of a file's status, of a look-up of `localhost`. */
  readonly p99: Readonly<Record<'loop' | 'fs' | 'dns', number>>;
  /** What it held at most, beyond what it held before. */
  readonly megabytes: number;
}

/** The same with the other route's P99 in milliseconds, before and meanwhile. */
interface StormRun extends Storm {
  readonly idleMs: number;
  readonly routeMs: number;
}

/** A hundred logins at once through the gate, by Node's own argon2 without one, and by native bcrypt without one. */
export async function measureStorm(rounds: number, seconds: number): Promise<Measurement[]> {
  const measured = await takeTurns(['gate', 'ungated', 'bcrypt'], rounds, (arm) => runStorm(arm, 1e3 * seconds));
  const gated = (goal: string, figure: (run: StormRun) => number): Measurement =>
    overRounds(
      `auth.storm.${goal}`,
      measured.map(({ gate }) => figure(gate)),
    );
  const ungated = (figure: (run: StormRun) => number): Pick<Measurement, 'peer'> => {
    const value = median(measured.map((round) => figure(round.ungated)));
    return { peer: { name: 'node:crypto argon2', version: process.version, value } };
  };
  const rates = measured.map((round) => round.gate.perSecond / round.ungated.perSecond);
  const peer = peerOf('@node-rs/bcrypt', median(measured.map(({ bcrypt }) => bcrypt.perSecond)));
  return [
    { ...gated('loop', ({ p99 }) => p99.loop), ...ungated(({ p99 }) => p99.loop) },
    { ...gated('fs', ({ p99 }) => p99.fs), ...ungated(({ p99 }) => p99.fs) },
    { ...gated('dns', ({ p99 }) => p99.dns), ...ungated(({ p99 }) => p99.dns) },
    {
      ...gated('route', (run) => run.routeMs / allowedMs(run.idleMs)),
      ...ungated((run) => run.routeMs / allowedMs(run.idleMs)),
    },
    { ...gated('route.p99', ({ routeMs }) => routeMs), ...ungated(({ routeMs }) => routeMs) },
    gated('route.idle', ({ idleMs }) => idleMs),
    { ...overRounds('auth.storm.rate', rates), ...ungated(({ perSecond }) => perSecond) },
    { ...gated('memory', ({ megabytes }) => megabytes), ...ungated(({ megabytes }) => megabytes) },
    {
      ...overRounds(
        'auth.storm.fs.bcrypt',
        measured.map(({ bcrypt }) => bcrypt.p99.fs),
      ),
      peer,
    },
  ];
}

/** What a request may take during a storm that takes `idleMs` otherwise. */
function allowedMs(idleMs: number): number {
  return Math.max(1.5 * idleMs, idleMs + 5);
}

async function runStorm(arm: string, forMs: number): Promise<StormRun> {
  await using server = await startChild<{ readonly url: string }>(SERVER, [arm]);
  const target = server.ready.url;
  await loadRoute(target, WARM_UP_MS);
  const idleMs = await routeP99(target, forMs);
  const storm = fetch(`${target}/storm?forMs=${forMs}`);
  const routeMs = await routeP99(target, forMs);
  return { ...((await (await storm).json()) as Storm), idleMs, routeMs };
}

async function loadRoute(target: string, durationMs: number): Promise<StepResult> {
  const scenario = defineScenario<null>({
    ...{ name: 'another route', users: 1, createUser: () => null },
    steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
  });
  const arrivals = { kind: 'constant', ratePerSecond: RATE, durationMs } as const;
  const { total } = await runLoad({ target, scenario, arrivals, seed: 1 });
  if (total.ok !== total.responseTimeUs.count) throw new Error('the other route was answered with an error');
  return total;
}

/** In milliseconds. */
async function routeP99(target: string, durationMs: number): Promise<number> {
  const p99 = percentileOf(responseTimesOf(await loadRoute(target, durationMs)), 99);
  if (p99.kind !== 'value') throw new Error('too few answers for a percentile');
  return p99.us / 1e3;
}
