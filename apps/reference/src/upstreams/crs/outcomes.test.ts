import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATENCY_SIGMA } from '../latency.ts';
import { type CrsEndpoint, MEDIAN_LATENCY_MS } from './latency.ts';
import { createOutcomes, type Outcome } from './outcomes.ts';

const CALM = { seed: 1, latencyScale: 1, errorRate: 0, hangRate: 0, hangMs: 5_000 };
const ENDPOINTS = Object.keys(MEDIAN_LATENCY_MS) as CrsEndpoint[];

function draw(count: number, endpoint: CrsEndpoint, options = CALM): Outcome[] {
  const outcome = createOutcomes(options);
  return Array.from({ length: count }, () => outcome(endpoint));
}

test('[CRS-1] sampled latencies have the recorded medians and the log-normal’s quantiles', () => {
  assert.deepEqual(MEDIAN_LATENCY_MS, {
    login: 1_900,
    dashboard: 770,
    keys: 960,
    trend: 730,
    'key-stats': 450,
    'create-key': 482,
    'delete-key': 447,
  });
  for (const endpoint of ENDPOINTS) {
    const delays = draw(20_000, endpoint).map(({ delayMs }) => delayMs);
    const sorted = delays.toSorted((a, b) => a - b);
    for (const [share, z] of [
      [0.05, -1.6449],
      [0.25, -0.6745],
      [0.5, 0],
      [0.75, 0.6745],
      [0.95, 1.6449],
    ] as const) {
      const expected: number = MEDIAN_LATENCY_MS[endpoint] * Math.exp(LATENCY_SIGMA * z);
      const found = sorted[Math.floor(share * sorted.length)] as number;
      assert.ok(Math.abs(found / expected - 1) < 0.015, `${endpoint} at ${share}: ${found}, not ${expected}`);
    }
  }
});

test('[CRS-2] a seed replays the outcomes of an endpoint, other calls in between or not', () => {
  const rough = { ...CALM, errorRate: 0.2, hangRate: 0.1 };
  const outcome = createOutcomes(rough);
  const mixed = Array.from({ length: 100 }, () => {
    outcome('keys');
    return outcome('trend');
  });
  assert.deepEqual(mixed, draw(100, 'trend', rough));
  assert.notDeepEqual(mixed, draw(100, 'trend', { ...rough, seed: 2 }));
  const kinds = (outcomes: Outcome[]): string[] => outcomes.map(({ kind }) => kind);
  assert.notDeepEqual(kinds(mixed), kinds(draw(100, 'keys', rough)));
});

test('[CRS-3] the scale multiplies each latency', () => {
  const full = draw(50, 'keys').map(({ delayMs }) => delayMs);
  const tenth = draw(50, 'keys', { ...CALM, latencyScale: 0.1 }).map(({ delayMs }) => delayMs);
  assert.deepEqual(
    tenth,
    full.map((delayMs) => delayMs * 0.1),
  );
  assert.ok(draw(50, 'keys', { ...CALM, latencyScale: 0 }).every(({ delayMs }) => delayMs === 0));
});

test('[CRS-4] errors and hangs come at their rates, and not at all by default', () => {
  assert.ok(draw(10_000, 'keys').every(({ kind }) => kind === 'answer'));
  const outcomes = draw(20_000, 'keys', { ...CALM, latencyScale: 0, errorRate: 0.05, hangRate: 0.02 });
  const share = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length / 20_000;
  assert.ok(Math.abs(share('error') - 0.05) < 0.005, `${share('error')}`);
  assert.ok(Math.abs(share('hang') - 0.02) < 0.005, `${share('hang')}`);
  assert.ok(outcomes.every(({ kind, delayMs }) => delayMs === (kind === 'hang' ? 5_000 : 0)));
});
