import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { mergeStepResults } from './merge.ts';
import { percentileOf } from './percentile.ts';
import { responseTimesOf, serviceTimesOf } from './times.ts';

function times(...groups: [count: number, ms: number][]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const [count, ms] of groups) for (let i = 0; i < count; i++) histogram.record(ms * 1_000);
  return histogram.snapshot();
}

test('[LOAD-94] the times of a step are without its failures, and know their lower bounds', () => {
  const step = {
    ...mergeStepResults([]),
    responseTimeUs: times([90, 1], [20, 40], [10, 500]),
    refusedResponseTimeUs: times([90, 1]),
    serviceTimeUs: times([60, 1], [20, 30], [10, 400]),
    refusedServiceTimeUs: times([60, 1]),
    censored: 10,
    censoredFromUs: 400_000,
  };
  assert.deepEqual(responseTimesOf(step), {
    histogram: times([20, 40], [10, 500]),
    censored: 10,
    censoredFromUs: 400_000,
  });
  assert.deepEqual(serviceTimesOf(step).histogram, times([20, 30], [10, 400]));
  const median = percentileOf(responseTimesOf(step), 50);
  assert.ok(median.kind === 'value' && median.us >= 40_000, 'not the 1 ms of most refusals');
});

test('[LOAD-94] what an interruption cut off is a lower bound of its times, so that no quick rest speaks for all', () => {
  const quick = { ...mergeStepResults([]), responseTimeUs: times([100, 2]), serviceTimeUs: times([100, 1]) };
  const cutOff = { responseTimeUs: times([200, 800], [200, 3_000]), serviceTimeUs: times([64, 2_500]) };
  const step = { ...quick, interrupted: 400, cutOff };
  const response = responseTimesOf(step);
  assert.deepEqual([response.censored, response.censoredFromUs], [400, 800_000]);
  assert.deepEqual(response.histogram, times([100, 2], [200, 800], [200, 3_000]));
  assert.equal(percentileOf(response, 95).kind, 'at-least');
  assert.deepEqual([serviceTimesOf(step).histogram.count, serviceTimesOf(step).censored], [164, 64]);
  const early = { ...step, censored: 1, censoredFromUs: 500_000 };
  assert.deepEqual([responseTimesOf(early).censored, responseTimesOf(early).censoredFromUs], [401, 500_000]);
  assert.equal(responseTimesOf(quick).censored, 0);
});
