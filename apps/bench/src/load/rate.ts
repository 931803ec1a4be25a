import { defineScenario, type LoadResult, runClosed, runLoad } from '@millrace/load';
import { Histogram } from 'millrace/core';
import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';
import { type Cost, countCost } from './cost.ts';
import { invalidBy } from './invalid.ts';

const SCENARIO = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

interface Pace {
  readonly ratePerSecond: number;
  readonly pacing: 'precise' | 'eco';
}

/** A run at a rate, and what it cost this process. */
interface PacedRun extends Cost {
  readonly result: LoadResult;
}

type Figures = Readonly<Record<string, (run: PacedRun) => number>>;

const achieved = ({ result }: PacedRun): number => result.achievedRatio;
const targetRate = ({ result }: PacedRun): number => result.arrivals.targetPerSecond;
const lagP99Us = ({ result }: PacedRun): number => Histogram.from(result.generator.sendLagUs).percentile(99);
const cpuPercent = ({ cpuSeconds, result }: PacedRun): number =>
  (cpuSeconds / (result.generator.elapsedMs / 1_000)) * 100;

/** What the goals take from runs at fixed rates, by their ids. */
const RUNS: readonly (Pace & { readonly figures: Figures })[] = [
  { ratePerSecond: 100, pacing: 'precise', figures: { 'load.rate.100': achieved } },
  { ratePerSecond: 1_000, pacing: 'precise', figures: { 'load.rate.1k': achieved } },
  {
    ...{ ratePerSecond: 10_000, pacing: 'precise' },
    figures: { 'load.rate.10k': achieved, 'load.sendlag.precise': lagP99Us },
  },
  {
    ...{ ratePerSecond: 5_000, pacing: 'eco' },
    figures: { 'load.sendlag.eco': lagP99Us, 'load.sendlag.eco.cpu': cpuPercent },
  },
];
const HALF: Figures = { 'load.rate.half': achieved, 'load.rate.half.target': targetRate };

/** What was sent within the sending window against what was planned for it, and how late it was sent. */
export async function measureRates(rounds: number, durationMs: number): Promise<Measurement[]> {
  await using server = await startChild<{ port: number }>(new URL('./fixed-server.ts', import.meta.url));
  const target = `http://127.0.0.1:${server.ready.port}`;
  const measurements: Measurement[] = [];
  for (const { figures, ...pace } of RUNS) {
    const runs: PacedRun[] = [];
    for (let seed = 1; seed <= rounds; seed++) runs.push(await runPaced(target, pace, durationMs, seed));
    measurements.push(...readRuns(figures, runs));
  }
  const halves: PacedRun[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    const ratePerSecond = Math.round((await ownMaximum(target, durationMs, seed)) / 2);
    halves.push(await runPaced(target, { ratePerSecond, pacing: 'precise' }, durationMs, seed));
  }
  return [...measurements, ...readRuns(HALF, halves)];
}

/** Reads figures off runs, each of which must have been answered throughout, and asked for what the rate is. */
export function readRuns(figures: Figures, runs: readonly PacedRun[]): Measurement[] {
  for (const { arrivals, total } of runs.map(({ result }) => result)) {
    const asked = Math.round((arrivals.targetPerSecond * arrivals.durationMs) / 1_000);
    if (total.ok !== asked) throw new Error(`${total.ok} good answers of ${asked}`);
  }
  const invalid = invalidBy(runs.flatMap(({ result }) => result.validity.reasons));
  return Object.entries(figures).map(([goal, read]) => ({ ...overRounds(goal, runs.map(read)), ...invalid }));
}

async function runPaced(target: string, { ratePerSecond, pacing }: Pace, durationMs: number, seed: number) {
  const arrivals = { kind: 'constant', ratePerSecond, durationMs } as const;
  const cost = countCost();
  const result = await runLoad({ target, scenario: SCENARIO, arrivals, pacing, seed });
  return { result, ...cost() };
}

/** Requests per second when each of 64 connections asks again as soon as it is answered. */
async function ownMaximum(target: string, durationMs: number, seed: number): Promise<number> {
  const { total } = await runClosed({ target, scenario: SCENARIO, durationMs, maxConnections: 64, seed });
  return total.ok / (durationMs / 1_000);
}
