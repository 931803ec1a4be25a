import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { startChild } from '../load/child.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';

const RUNS = {
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

/** Two arms of a run, round by round; the next round begins with the other. */
async function inTurns(name: RunName, arms: readonly [string, string], rounds: number): Promise<[number, number][]> {
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    const pair: [number, number] = [0, 0];
    for (const at of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) pair[at] = await figureOf(name, arms[at]);
    pairs.push(pair);
  }
  return pairs;
}

function peerOf(value: number): Measurement['peer'] & {} {
  const { version } = JSON.parse(readFileSync(findPackageJSON('lru-cache', import.meta.url)!, 'utf8')) as {
    version: string;
  };
  return { name: 'lru-cache', version, value };
}

/** Gets a second ÷ those of lru-cache. */
export async function measureGet(rounds: number): Promise<Measurement> {
  const pairs = await inTurns('get', ['own', 'peer'], rounds);
  const peer = peerOf(1e9 / median(pairs.map(([, theirs]) => theirs)));
  const ratios = pairs.map(([own, theirs]) => theirs / own);
  return { ...overRounds('cache.get.lru', ratios), peer };
}

/** Bytes a value takes beyond itself and its key. */
export async function measureEntry(rounds: number): Promise<Measurement> {
  const pairs = await inTurns('entry', ['own', 'peer'], rounds);
  const peer = peerOf(median(pairs.map(([, theirs]) => theirs)));
  const own = pairs.map(([bytes]) => bytes);
  return { ...overRounds('cache.memory.entry', own), peer };
}

/** The time of the slowest put of a thousand into a full cache. */
export async function measurePut(rounds: number): Promise<Measurement> {
  const milliseconds: number[] = [];
  for (let round = 0; round < rounds; round++) milliseconds.push(await figureOf('put', 'own'));
  return overRounds('cache.put.p999', milliseconds);
}

/** Time of a get, with the put of a miss, under `adaptive` ÷ under `lru`. */
export async function measurePolicy(rounds: number): Promise<Measurement> {
  const pairs = await inTurns('policy', ['adaptive', 'lru'], rounds);
  const ratios = pairs.map(([adaptive, lru]) => adaptive / lru);
  return overRounds('cache.policy.cost', ratios);
}
