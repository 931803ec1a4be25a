import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from 'millrace/core';
import { mergeStepResults } from './merge.ts';
import type { CutOffTimes, StepResult } from './result.ts';

function stepOf(values: readonly number[], more: Partial<StepResult> = {}): StepResult {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  const count = values.length;
  const snapshot = histogram.snapshot();
  const times = { responseTimeUs: snapshot, serviceTimeUs: snapshot, firstByteTimeUs: snapshot };
  const refused = new Histogram().snapshot();
  const none = { errors: {}, interrupted: 0, resent: 0, statuses: {}, censored: 0, censoredFromUs: 0, bodyBytes: 0 };
  return {
    sent: count,
    ok: count,
    ...none,
    ...times,
    refusedResponseTimeUs: refused,
    refusedServiceTimeUs: refused,
    ...more,
  };
}

function cutOffOf(values: readonly number[]): CutOffTimes {
  const { responseTimeUs, serviceTimeUs } = stepOf(values);
  return { responseTimeUs, serviceTimeUs };
}

test('[LOAD-93] merged results add up and are as one that recorded all', () => {
  const parts = [
    stepOf([1, 2, 3], { ok: 2, errors: { status: 1 }, statuses: { 200: 2, 500: 1 }, bodyBytes: 10, resent: 2 }),
    stepOf([], { interrupted: 4, resent: 1, cutOff: cutOffOf([900, 20]) }),
    stepOf([], { interrupted: 1, cutOff: cutOffOf([70]) }),
    stepOf([5_000, 9], {
      ok: 0,
      errors: { status: 1, timeout: 1 },
      statuses: { 500: 1 },
      censored: 1,
      censoredFromUs: 5_000,
    }),
    stepOf([7_000], { ok: 0, errors: { timeout: 1 }, censored: 1, censoredFromUs: 7_000, bodyBytes: 3 }),
  ];
  const all = stepOf([1, 2, 3, 5_000, 9, 7_000]);
  assert.deepEqual(mergeStepResults(parts), {
    ...all,
    ok: 2,
    errors: { status: 2, timeout: 2 },
    interrupted: 5,
    cutOff: cutOffOf([900, 20, 70]),
    resent: 3,
    statuses: { 200: 2, 500: 2 },
    censored: 2,
    censoredFromUs: 5_000,
    bodyBytes: 13,
  });
  assert.deepEqual(mergeStepResults([...parts].reverse()), mergeStepResults(parts));
});

test('[LOAD-93] nothing merges to an empty result', () => {
  assert.deepEqual(mergeStepResults([]), stepOf([]));
});
