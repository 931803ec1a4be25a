import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { ArmFigures, CostRow, Figure, ProofResult, Ratio, TableRow, TimeFigures } from '../prove/index.ts';

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
    censored: 0,
    response: times(valueMs),
    service: times(valueMs / 2),
    sendLag: times(0.4),
    grades: { excellent: 0.5, good: 0.25, acceptable: 0.15, needsWork: 0.07, failed: 0.03 },
    distribution: distribution([valueMs / 2, valueMs, valueMs * 2, valueMs * 10]),
    ...extra,
  };
}

const ratio: Ratio = { value: 34.5, bound: 'exact', spread: { min: 31, max: 37 } };

export function row(extra: Partial<TableRow> = {}): TableRow {
  const ratios = {
    meanMs: ratio,
    p50Ms: ratio,
    p95Ms: ratio,
    p99Ms: { value: null, bound: 'exact', spread: null },
    maxMs: ratio,
  } as const;
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
    scenarios: [],
    blocks: 2,
    seed: 1,
    machine: { cpu: 'Example CPU', cores: 2, memoryGb: 8, os: 'Linux 6 x64', node: 'v26.10.0' },
    facts: { database: 'PostgreSQL 18' },
    arms: [
      { id: 'origin', label: 'as it was' },
      { id: 'optimised', label: 'on Millrace' },
    ],
    skippedArms: [],
    digests: { requests: 80, compared: true, mismatches: [] },
    rounds: ['origin', 'optimised', 'optimised', 'origin'].map((id, index) => {
      return { index, block: Math.floor(index / 2), arm: id, readyMs: 100, phases: [], interrupted: false };
    }),
    rows: [row()],
    costs: [cost()],
    ablations: [],
    capacity: [],
    validity: { runs: 8, invalid: [] },
    ...extra,
  };
}
