import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, Histogram } from 'millrace/core';
import { shareOf } from './compare-power.ts';
import { measurePercentileError } from './percentile-error.ts';
import { simulateRound } from './simulated-round.ts';

const COMPARISONS = 10;

test('[BENCH-18] simulated rounds vary as their goal says: P99 twice P50, levels by 5 %', () => {
  const random = createRandom(7);
  const rounds = Array.from({ length: 100 }, (_, i) =>
    Histogram.from(simulateRound(random, {}, i).total.responseTimeUs),
  );
  const logs = rounds.map((times) => Math.log(times.percentile(50)));
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1));
  assert.ok(deviation > 0.04 && deviation < 0.06, String(deviation));
  const tails = rounds.map((times) => times.percentile(99) / times.percentile(50));
  const tail = tails.reduce((sum, one) => sum + one, 0) / tails.length;
  assert.ok(tail > 1.9 && tail < 2.1, String(tail));
});

test('[BENCH-18] a comparison that ends so counts: a service twice as slow always, an equal one hardly ever', () => {
  const isWorse = ({ verdict }: { readonly verdict: string }): boolean => verdict === 'worse';
  assert.equal(shareOf(COMPARISONS, 'slow', { whole: 2 }, isWorse), 1);
  assert.equal(shareOf(COMPARISONS, 'fast', { whole: 0.5 }, isWorse), 0);
  assert.ok(shareOf(COMPARISONS, 'equal', {}, isWorse) <= 0.2);
});

test('[BENCH-19] a percentile is off by what the histogram rounds, and by no more than 0.1 %', () => {
  const { value } = measurePercentileError();
  assert.ok(value !== null && value > 0 && value <= 0.1, String(value));
});
