import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeStep, type StepMeasurement } from './slo.ts';

const SLO = { p99Ms: 200, errorShare: 0.001 };
const GOOD: StepMeasurement = {
  achievedRatio: 1,
  p99: { kind: 'value', us: 199_999 },
  errorShare: 0.0009,
  valid: true,
  settled: true,
};

test('[CAP-2] P99 and errors below the SLO are met, at it they are not', () => {
  assert.equal(judgeStep(GOOD, SLO), 'met');
  assert.equal(judgeStep({ ...GOOD, p99: { kind: 'value', us: 200_000 } }, SLO), 'missed');
  assert.equal(judgeStep({ ...GOOD, errorShare: 0.001 }, SLO), 'missed');
});

test('[CAP-2] no error at all meets an SLO that allows none', () => {
  const none = { ...SLO, errorShare: 0 };
  assert.equal(judgeStep({ ...GOOD, errorShare: 0 }, none), 'met');
  assert.equal(judgeStep({ ...GOOD, errorShare: 0.0001 }, none), 'missed');
});

test('[CAP-3] a censored P99, one of too few samples and a rate that was not achieved are missed', () => {
  assert.equal(judgeStep({ ...GOOD, p99: { kind: 'at-least', us: 1_000 } }, SLO), 'missed');
  assert.equal(judgeStep({ ...GOOD, p99: { kind: 'too-few', samples: 999, needed: 1_000 } }, SLO), 'missed');
  assert.equal(judgeStep({ ...GOOD, achievedRatio: 0.989 }, SLO), 'missed');
  assert.equal(judgeStep({ ...GOOD, achievedRatio: 0.99 }, SLO), 'met');
});

test('[CAP-4] an invalid step that does not meet the SLO says nothing', () => {
  const late: StepMeasurement = { ...GOOD, valid: false };
  assert.equal(judgeStep({ ...late, p99: { kind: 'value', us: 200_000 } }, SLO), 'generator');
  assert.equal(judgeStep({ ...late, errorShare: 1 }, SLO), 'generator');
  assert.equal(judgeStep({ ...late, achievedRatio: 0.5 }, SLO), 'generator');
});

test('[CAP-4] what is met in spite of a late generator is met', () => {
  assert.equal(judgeStep({ ...GOOD, valid: false }, SLO), 'met');
});
