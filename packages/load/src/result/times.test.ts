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
