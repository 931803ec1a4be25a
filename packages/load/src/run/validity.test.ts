import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { ValidityReason } from '../result/index.ts';
import { judge, type ValidityFacts } from './validity.ts';

function times(...groups: [count: number, us: number][]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const [count, us] of groups) for (let i = 0; i < count; i++) histogram.record(us);
  return histogram.snapshot();
}

const QUIET: ValidityFacts = {
  pacing: 'eco',
  planned: 1_000,
  takenInWindow: 1_000,
  scheduleLagsUs: [times([980, 600], [20, 1_500])],
  responseTimeUs: times([1_000, 1_000]),
  sendingCpuShare: 0.1,
  sendingGcShare: 0.01,
  sendingWaitShare: 0.02,
  loopDelayP99Us: 1_000,
  loopDelayMaxUs: 5_000,
  clockJumpMs: 20,
  workersLost: [],
  clientReasons: new Map(),
};

const FAULTS: [name: string, facts: Partial<ValidityFacts>, reason: ValidityReason][] = [
  [
    'late at the median',
    { scheduleLagsUs: [times([1_000, 2_500])] },
    { code: 'late', values: { percentile: 50, ms: 2.5, boundMs: 2 } },
  ],
  [
    'late at P99',
    { scheduleLagsUs: [times([980, 600], [20, 12_000])] },
    { code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } },
  ],
  [
    'late at P99.9',
    { planned: 10_000, takenInWindow: 10_000, scheduleLagsUs: [times([9_980, 600], [20, 60_000])] },
    { code: 'late', values: { percentile: 99.9, ms: 60, boundMs: 50 } },
  ],
  [
    'once very late',
    { scheduleLagsUs: [times([999, 600], [1, 900_000])] },
    { code: 'late', values: { percentile: 100, ms: 900, boundMs: 500 } },
  ],
  [
    'late at P99 and without a core for long',
    { scheduleLagsUs: [times([980, 200], [20, 3_000])], sendingWaitShare: 0.4 },
    { code: 'late', values: { percentile: 99, ms: 3, boundMs: 2 } },
  ],
  [
    'late at the median and without a core for long',
    { scheduleLagsUs: [times([1_000, 1_200])], sendingWaitShare: 0.4 },
    { code: 'late', values: { percentile: 50, ms: 1.2, boundMs: 1 } },
  ],
  ['busy', { sendingCpuShare: 0.95 }, { code: 'core-full', values: { share: 0.95, boundShare: 0.9 } }],
  [
    'behind its schedule',
    { takenInWindow: 900 },
    { code: 'schedule-missed', values: { share: 0.9, boundShare: 0.99 } },
  ],
  ['event loop late', { loopDelayP99Us: 30_000 }, { code: 'loop-late', values: { ms: 30, boundMs: 20 } }],
  ['standing still', { loopDelayMaxUs: 1_500_000 }, { code: 'loop-stopped', values: { ms: 1_500, boundMs: 1_000 } }],
  ['collecting garbage', { sendingGcShare: 0.2 }, { code: 'garbage', values: { share: 0.2, boundShare: 0.1 } }],
  ['suspended', { clockJumpMs: 61_000 }, { code: 'clock-jumped', values: { ms: 61_000, boundMs: 1_000 } }],
  [
    'that lost a worker',
    { workersLost: ['exited', 'exited'] },
    { code: 'worker-lost', values: { count: 2, bound: 0, cause: 'exited' } },
  ],
  [
    'with one late thread among others',
    { scheduleLagsUs: [times([1_000, 5]), times([980, 600], [20, 12_000]), times([1_000, 5])] },
    { code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } },
  ],
  [
    'out of descriptors',
    { clientReasons: new Map([['EMFILE', 3]]) },
    { code: 'cannot-send', values: { count: 3, bound: 0, cause: 'EMFILE' } },
  ],
];

/** Without what the histogram's 0.1 % adds. */
function rounded({ code, values }: ValidityReason): unknown {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(3)) : value,
  ]);
  return { code, values: Object.fromEntries(entries) };
}

test('[LOAD-80] a quiet generator is valid', () => {
  assert.deepEqual(judge(QUIET), { verdict: 'valid', reasons: [] });
});

for (const [name, facts, reason] of FAULTS) {
  test(`[LOAD-81] a generator ${name} makes the run invalid and says so`, () => {
    const { verdict, reasons } = judge({ ...QUIET, ...facts });
    assert.equal(verdict, 'invalid');
    assert.deepEqual(reasons.map(rounded), [reason]);
  });
}

test('[LOAD-82] a lag that is small beside what was measured is no reason', () => {
  const lag = { scheduleLagsUs: [times([980, 2_500], [20, 50_000])] };
  assert.equal(judge({ ...QUIET, ...lag }).reasons.length, 2);
  const slow = { responseTimeUs: times([980, 20_000], [20, 400_000]) };
  assert.deepEqual(judge({ ...QUIET, ...lag, ...slow }).reasons, []);
});

test('[LOAD-82] a precise generator spins on purpose: its processor share is no reason', () => {
  assert.deepEqual(judge({ ...QUIET, pacing: 'precise', sendingCpuShare: 0.999 }).reasons, []);
});

test('[LOAD-80] an empty run is valid', () => {
  const nothing = { planned: 0, takenInWindow: 0, scheduleLagsUs: [times()], responseTimeUs: times() };
  assert.deepEqual(judge({ ...QUIET, ...nothing }).reasons, []);
});
