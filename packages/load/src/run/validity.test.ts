import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
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
  scheduleLagUs: times([980, 600], [20, 1_500]),
  responseTimeUs: times([1_000, 1_000]),
  cpuMs: 100,
  elapsedMs: 1_000,
  loopDelayP99Us: 1_000,
  loopDelayMaxUs: 5_000,
  clientReasons: new Map(),
};

const FAULTS: [name: string, facts: Partial<ValidityFacts>, reason: RegExp][] = [
  ['late at the median', { scheduleLagUs: times([1_000, 2_500]) }, /late: P50 2\.5 ms \(bound 2\.0 ms\)/],
  ['late at P99', { scheduleLagUs: times([980, 600], [20, 12_000]) }, /late: P99 12\.0 ms \(bound 10\.0 ms\)/],
  ['busy', { cpuMs: 950 }, /used 95\.0 % of a core \(bound 90\.0 %\)/],
  ['behind its schedule', { takenInWindow: 900 }, /kept up with 90\.0 % of its schedule/],
  ['event loop late', { loopDelayP99Us: 30_000 }, /event loop was late: P99 30\.0 ms/],
  ['standing still', { loopDelayMaxUs: 1_500_000 }, /stood still for 1500\.0 ms/],
  ['out of descriptors', { clientReasons: new Map([['EMFILE', 3]]) }, /could not send 3 × \(EMFILE\)/],
];

test('[LOAD-80] a quiet generator is valid', () => {
  assert.deepEqual(judge(QUIET), { verdict: 'valid', reasons: [] });
});

for (const [name, facts, reason] of FAULTS) {
  test(`[LOAD-81] a generator ${name} makes the run invalid and says so`, () => {
    const { verdict, reasons } = judge({ ...QUIET, ...facts });
    assert.equal(verdict, 'invalid');
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] as string, reason);
  });
}

test('[LOAD-82] a lag that is small beside what was measured is no reason', () => {
  const lag = { scheduleLagUs: times([980, 2_500], [20, 50_000]) };
  assert.equal(judge({ ...QUIET, ...lag }).reasons.length, 2);
  const slow = { responseTimeUs: times([980, 20_000], [20, 400_000]) };
  assert.deepEqual(judge({ ...QUIET, ...lag, ...slow }).reasons, []);
});

test('[LOAD-82] a precise generator spins on purpose: its processor share is no reason', () => {
  assert.deepEqual(judge({ ...QUIET, pacing: 'precise', cpuMs: 999 }).reasons, []);
});

test('[LOAD-80] an empty run is valid', () => {
  const nothing = { planned: 0, takenInWindow: 0, scheduleLagUs: times(), responseTimeUs: times() };
  assert.deepEqual(judge({ ...QUIET, ...nothing }).reasons, []);
});
