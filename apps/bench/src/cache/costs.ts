import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { startChild } from '../load/child.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';
import { type Figures, takeTurns } from './turns.ts';

const RUNS = {
  awaited: new URL('./awaited-run.ts', import.meta.url),
  entry: new URL('./entry-run.ts', import.meta.url),
  get: new URL('./get-run.ts', import.meta.url),
  policy: new URL('./policy-run.ts', import.meta.url),
  put: new URL('./put-run.ts', import.meta.url),
} as const;

type RunName = keyof typeof RUNS;

/** One figure of a run in a process of its own. */
async function figureOf(name: RunName, arm: string): Promise<number> {
  await using child = await startChild<Readonly<Record<string, number>>>(RUNS[name], [arm]);
  const [figure] = Object.values(child.ready);
  if (figure === undefined) throw new Error(`${name} ${arm} gave no figure`);
  return figure;
}

/** The arms of a run, each time in a process of its own. */
function inTurns<Arm extends string>(name: RunName, arms: readonly Arm[], rounds: number): Promise<Figures<Arm>[]> {
  return takeTurns(arms, rounds, (arm) => figureOf(name, arm));
}

function peerOf(name: string, value: number): Measurement['peer'] & {} {
  const { version } = JSON.parse(readFileSync(findPackageJSON(name, import.meta.url)!, 'utf8')) as { version: string };
  return { name, version, value };
}

/** How many of ours fit into the time of one of a peer's; the peer's own figure in operations a second. */
function besidePeer<Arm extends string>(
  goal: string,
  rounds: readonly Figures<Arm>[],
  [own, theirs]: readonly [Arm, Arm],
  peer: string,
): Measurement {
  const ratios = rounds.map((round) => round[theirs] / round[own]);
  return { ...overRounds(goal, ratios), peer: peerOf(peer, 1e9 / median(rounds.map((round) => round[theirs]))) };
}

/** Gets a second ÷ those of lru-cache: with its own policy, with the default one, and with turns of the event loop between. */
export async function measureGet(rounds: number): Promise<Measurement[]> {
  const measured = await inTurns('get', ['lru', 'adaptive', 'peer', 'adaptive-turns', 'peer-turns'], rounds);
  return [
    besidePeer('cache.get.lru', measured, ['lru', 'peer'], 'lru-cache'),
    besidePeer('cache.get.adaptive', measured, ['adaptive', 'peer'], 'lru-cache'),
    besidePeer('cache.get.turns', measured, ['adaptive-turns', 'peer-turns'], 'lru-cache'),
  ];
}

const PEERS = ['bentocache', 'cacheable', 'async-cache-dedupe'] as const;

/** Awaited hits a second ÷ those of caches that load, what three tags cost, and the time of one. */
export async function measureAwaited(rounds: number): Promise<Measurement[]> {
  const measured = await inTurns('awaited', ['own', 'tagged', ...PEERS], rounds);
  const tagged = measured.map((round) => round.tagged / round.own);
  return [
    ...PEERS.map((peer) => besidePeer(`cache.get-or-set.${peer}`, measured, ['own', peer], peer)),
    overRounds(
      'cache.get-or-set.time',
      measured.map(({ own }) => own),
    ),
    overRounds('cache.tags.cost', tagged),
  ];
}

/** Bytes a value takes beyond itself and its key. */
export async function measureEntry(rounds: number): Promise<Measurement> {
  const measured = await inTurns('entry', ['own', 'peer'], rounds);
  const peer = peerOf('lru-cache', median(measured.map((round) => round.peer)));
  const own = measured.map((round) => round.own);
  return { ...overRounds('cache.memory.entry', own), peer };
}

/** The time of the slowest put of a thousand into a full cache. */
export async function measurePut(rounds: number): Promise<Measurement> {
  const measured = await inTurns('put', ['own'], rounds);
  const milliseconds = measured.map(({ own }) => own);
  return overRounds('cache.put.p999', milliseconds);
}

/** Time of a get, with the put of a miss, under `adaptive` ÷ under `lru`. */
export async function measurePolicy(rounds: number): Promise<Measurement> {
  const measured = await inTurns('policy', ['adaptive', 'lru'], rounds);
  const ratios = measured.map(({ adaptive, lru }) => adaptive / lru);
  return overRounds('cache.policy.cost', ratios);
}
