import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type {
  ArmCapacity,
  ArmFigures,
  CapacityRow,
  CapacityStep,
  CostRow,
  Figure,
  ProofResult,
  Ratio,
  RoundRun,
  TableRow,
  TimeFigures,
  TimeRatios,
} from '../prove/index.ts';
import type { LoadResult } from '../result/index.ts';

/** Results made by hand for the tests of this folder. */

export function figure(value: number | null, extra: Partial<Figure> = {}): Figure {
  const label = value === null ? 'skipped' : 'measured';
  return { value, bound: 'exact', spread: null, samples: 2000, needed: 1, label, ...extra };
}

export const tooFew: Figure = figure(null, { samples: 204, needed: 1000 });

export function times(valueMs: number, extra: Partial<TimeFigures> = {}): TimeFigures {
  const one = figure(valueMs, { spread: { min: valueMs * 0.9, max: valueMs * 1.1 } });
  return { meanMs: one, p50Ms: one, p95Ms: one, p99Ms: tooFew, maxMs: one, ...extra };
}

export function distribution(timesMs: readonly number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const time of timesMs) histogram.record(time * 1000);
  return histogram.snapshot();
}

export function arm(valueMs: number, extra: Partial<ArmFigures> = {}): ArmFigures {
  return {
    requests: 2000,
    errors: 0,
    errorShare: figure(0),
    resent: 0,
    remarks: [],
    interrupted: 0,
    censored: 0,
    response: times(valueMs),
    service: times(valueMs / 2),
    sendLag: times(0.4),
    scheduleLag: times(0.2),
    grades: { excellent: 0.5, good: 0.25, acceptable: 0.15, needsWork: 0.07, failed: 0.03 },
    distribution: distribution([0.5, 1, 2, 10].flatMap((times) => new Array(500).fill(valueMs * times))),
    ...extra,
  };
}

export const ratio: Ratio = {
  value: 34.5,
  bound: 'exact',
  spread: { min: 31, max: 37 },
  interval: { min: 26, max: 46 },
};

export const ratios: TimeRatios = {
  meanMs: ratio,
  p50Ms: ratio,
  p95Ms: ratio,
  p99Ms: { value: null, bound: 'exact', spread: null },
  maxMs: ratio,
};

export function row(extra: Partial<TableRow> = {}): TableRow {
  return {
    id: 'mix',
    label: 'trader mix',
    phase: 'mix',
    stream: 'main',
    arms: [arm(66), arm(1.9)],
    ratios: [ratios],
    ...extra,
  };
}

export function cost(extra: Partial<CostRow> = {}): CostRow {
  return {
    id: 'cpu',
    label: 'CPU per request',
    phase: 'mix',
    unit: 'ms',
    arms: [figure(12), figure(0.7)],
    ratios: [ratio],
    ...extra,
  };
}

const ARMS = [
  { id: 'origin', label: 'as it was' },
  { id: 'typical', label: 'with care' },
  { id: 'optimised', label: 'on Millrace' },
] as const;

export function loadRun(extra: Partial<LoadResult> = {}): LoadResult {
  const step = {
    sent: 40,
    ok: 38,
    errors: { status: 2 },
    interrupted: 0,
    resent: 0,
    statuses: { 200: 38, 500: 2 },
    censored: 0,
    censoredFromUs: 0,
    bodyBytes: 10,
    responseTimeUs: distribution([1]),
    serviceTimeUs: distribution([1]),
    firstByteTimeUs: distribution([1]),
    refusedResponseTimeUs: distribution([]),
    refusedServiceTimeUs: distribution([]),
  };
  return {
    seconds: [
      { second: 0, planned: 20, ok: 20, errors: 0, interrupted: 0, maxResponseUs: 5000 },
      { second: 1, planned: 20, ok: 18, errors: 2, interrupted: 0, maxResponseUs: 9000 },
    ],
    total: step,
    arrivals: { durationMs: 2_000 },
    interrupted: false,
    ...extra,
  } as LoadResult;
}

/** Two rounds of each arm with one stream. */
function rounds(arms: readonly string[]): RoundRun[] {
  return [...arms, ...arms.toReversed()].map((id, index) => ({
    index,
    block: Math.floor(index / arms.length),
    arm: id,
    readyMs: 100,
    phases: [
      {
        id: 'mix',
        warmUp: [],
        streams: [{ id: 'main', seed: 1, result: loadRun() }],
        counted: null,
        settleMs: 1,
      },
    ],
    interrupted: false,
  }));
}

export function proof(extra: Partial<ProofResult> = {}): ProofResult {
  return {
    schema: 'millrace-proof-result/2',
    kind: 'proof',
    name: 'reference service',
    outcome: 'complete',
    commit: '0123456789abcdef0123456789abcdef01234567',
    dirty: false,
    startedAt: '2026-11-20T10:00:00.000Z',
    elapsedSeconds: 78,
    plannedSeconds: 80,
    tier: 'quick',
    scenarios: ['mix'],
    blocks: 2,
    seed: 1,
    machine: { cpu: 'Example CPU', cores: 2, memoryGb: 8, os: 'Linux 6 x64', node: 'v26.10.0' },
    facts: { database: 'PostgreSQL 18' },
    arms: [ARMS[0], ARMS[2]],
    skippedArms: [],
    digests: { requests: 80, compared: true, mismatches: [] },
    phases: [{ id: 'mix', label: 'all day' }],
    rounds: rounds(['origin', 'optimised']),
    rows: [row()],
    costs: [cost()],
    ablations: [],
    capacity: [],
    validity: { runs: 8, invalid: [] },
    ...extra,
  };
}

/** A proof of three arms. */
export function threeArms(extra: Partial<ProofResult> = {}): ProofResult {
  const rows = [row({ arms: [arm(66), arm(12), arm(1.9)], ratios: [ratios, ratios] })];
  const costs = [cost({ arms: [figure(12), figure(3), figure(0.7)], ratios: [ratio, ratio] })];
  const ids = ARMS.map(({ id }) => id);
  return proof({ tier: 'main', arms: ARMS, rounds: rounds(ids), rows, costs, ...extra });
}

/** What one switch costs, and one that makes no difference. */
export function ablation(): ProofResult {
  const alike: Ratio = { value: 1.02, bound: 'exact', spread: { min: 0.97, max: 1.06 } };
  const arms = [
    { id: 'cache.none', label: 'without the cache' },
    { id: 'log.sync', label: 'synchronous log' },
    ARMS[2],
  ];
  const one = { scenario: 'mix', row: 'mix', figure: 'meanMs', before: figure(66), after: figure(1.9) } as const;
  return threeArms({
    kind: 'ablation',
    arms,
    rounds: rounds(arms.map(({ id }) => id)),
    ablations: [
      { ...one, arm: 'log.sync', ratio: alike, verdict: 'no-difference' },
      { ...one, arm: 'cache.none', ratio, verdict: 'slower' },
    ],
  });
}

/** The capacities of three arms; the last was not reached. */
export function capacityRow(extra: Partial<CapacityRow> = {}): CapacityRow {
  const step = (ratePerSecond: number, p99Ms: number, outcome: CapacityStep['outcome']): CapacityStep => {
    return {
      ratePerSecond,
      achievedPerSecond: ratePerSecond,
      p99Ms,
      errorShare: outcome === 'missed' ? 0.02 : 0,
      outcome,
    };
  };
  const found = (arm: string, at: number): ArmCapacity => ({
    arm,
    perSecond: { value: at, spread: null, bound: 'exact' },
    limitedBy: 'slo',
    death: null,
    steps: [step(at / 2, 20, 'met'), step(at, 150, 'met'), step(at * 1.15, 420, 'missed')],
  });
  const free: ArmCapacity = {
    arm: 'optimised',
    perSecond: { value: 4000, spread: null, bound: 'at-least' },
    limitedBy: 'generator',
    death: null,
    steps: [step(1000, 3, 'met'), step(4000, 9, 'met'), step(4600, 12, 'generator')],
  };
  return {
    id: 'tokens',
    label: 'token mix',
    slo: { p99Ms: 200, errorShare: 0.001 },
    arms: [found('origin', 120), found('typical', 800), free],
    ratios: [
      { value: 33.3, bound: 'at-least', spread: null },
      { value: 5, bound: 'at-least', spread: null },
    ],
    ...extra,
  };
}
