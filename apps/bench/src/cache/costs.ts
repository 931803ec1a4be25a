import { besidePeer, inTurns, peerOf } from '../child-figures.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';

const RUNS = {
  awaited: new URL('./awaited-run.ts', import.meta.url),
  entry: new URL('./entry-run.ts', import.meta.url),
  get: new URL('./get-run.ts', import.meta.url),
  policy: new URL('./policy-run.ts', import.meta.url),
  put: new URL('./put-run.ts', import.meta.url),
} as const;

/** Gets a second ÷ those of lru-cache: with its own policy, with the default one, and with turns of the event loop between. */
export async function measureGet(rounds: number): Promise<Measurement[]> {
  const measured = await inTurns(RUNS.get, ['lru', 'adaptive', 'peer', 'adaptive-turns', 'peer-turns'], rounds);
  return [
    besidePeer('cache.get.lru', measured, ['lru', 'peer'], 'lru-cache'),
    besidePeer('cache.get.adaptive', measured, ['adaptive', 'peer'], 'lru-cache'),
    besidePeer('cache.get.turns', measured, ['adaptive-turns', 'peer-turns'], 'lru-cache'),
  ];
}

const PEERS = ['bentocache', 'cacheable', 'async-cache-dedupe'] as const;

/** Awaited hits a second ÷ those of caches that load, what three tags cost, and the time of one. */
export async function measureAwaited(rounds: number): Promise<Measurement[]> {
  const measured = await inTurns(RUNS.awaited, ['own', 'tagged', ...PEERS], rounds);
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
  const measured = await inTurns(RUNS.entry, ['own', 'peer'], rounds);
  const peer = peerOf('lru-cache', median(measured.map((round) => round.peer)));
  const own = measured.map((round) => round.own);
  return { ...overRounds('cache.memory.entry', own), peer };
}

/** The time of the slowest put of a thousand into a full cache. */
export async function measurePut(rounds: number): Promise<Measurement> {
  const measured = await inTurns(RUNS.put, ['own'], rounds);
  const milliseconds = measured.map(({ own }) => own);
  return overRounds('cache.put.p999', milliseconds);
}

/** Time of a get, with the put of a miss, under `adaptive` ÷ under `lru`. */
export async function measurePolicy(rounds: number): Promise<Measurement> {
  const measured = await inTurns(RUNS.policy, ['adaptive', 'lru'], rounds);
  const ratios = measured.map(({ adaptive, lru }) => adaptive / lru);
  return overRounds('cache.policy.cost', ratios);
}
