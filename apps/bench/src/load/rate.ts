import { defineScenario, type LoadResult, runLoad } from '@millrace/load';
import { EN, reasonsText } from '@millrace/load/report';
import { Histogram } from 'millrace/core';
import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';

const SCENARIO = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

interface PacedRun {
  readonly ratePerSecond: number;
  readonly pacing: 'precise' | 'eco';
  /** What the goals take from a run, by their ids. */
  readonly figures: Readonly<Record<string, (result: LoadResult) => number>>;
}

const achieved = ({ achievedRatio }: LoadResult): number => achievedRatio;
const lagP99Us = ({ generator }: LoadResult): number => Histogram.from(generator.sendLagUs).percentile(99);
const cpuPercent = ({ generator: { cpuMs, elapsedMs } }: LoadResult): number => (cpuMs / elapsedMs) * 100;

const RUNS: readonly PacedRun[] = [
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

/** What was sent within the sending window against what was planned for it, and how late it was sent. */
export async function measureRates(rounds: number, durationMs: number): Promise<Measurement[]> {
  await using server = await startChild<{ port: number }>(new URL('./fixed-server.ts', import.meta.url));
  const target = `http://127.0.0.1:${server.ready.port}`;
  const measurements: Measurement[] = [];
  for (const { ratePerSecond, pacing, figures } of RUNS) {
    const results: LoadResult[] = [];
    for (let seed = 1; seed <= rounds; seed++) {
      const arrivals = { kind: 'constant', ratePerSecond, durationMs } as const;
      results.push(await runLoad({ target, scenario: SCENARIO, arrivals, pacing, seed }));
    }
    const reasons = results.flatMap(({ validity }) => validity.reasons);
    const invalid = reasons.length > 0 && { invalid: reasonsText(reasons.slice(0, 1), EN) };
    for (const [goal, read] of Object.entries(figures)) {
      measurements.push({ ...overRounds(goal, results.map(read)), ...invalid });
    }
  }
  return measurements;
}
