import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestAfterStepMs, searchMs } from '../capacity/index.ts';
import { MIX_CAPACITY, phaseOf } from './proof-doubles.test.ts';
import { allowedMs, searchTimeOf, stepLimitMs } from './search-plan.ts';

const BOUNDS = { readyTimeoutMs: 20_000, stopTimeoutMs: 5_000, startSeconds: 2 };

test('[PROVE-62] the time of a search holds start, warm-up and rests, and twice its steps at most', () => {
  const plain = searchTimeOf(MIX_CAPACITY, BOUNDS);
  assert.ok(plain.usualMs > 2_000 + searchMs(MIX_CAPACITY, 500));
  assert.ok(plain.mostMs > 2_000 + 2 * searchMs(MIX_CAPACITY) + longestAfterStepMs(MIX_CAPACITY.slo));
  const warmed = searchTimeOf({ ...MIX_CAPACITY, warmUp: phaseOf('x', { seconds: 3 }).streams }, BOUNDS);
  assert.deepEqual([warmed.usualMs - plain.usualMs, warmed.mostMs - plain.mostMs], [3_000, 3_000]);
  assert.equal(searchTimeOf(MIX_CAPACITY, { ...BOUNDS, startSeconds: 5 }).mostMs - plain.mostMs, 3_000);
});

test('[PROVE-62] an arm that starts late leaves its search less, so that it ends in time', () => {
  const { mostMs } = searchTimeOf(MIX_CAPACITY, BOUNDS);
  for (const startedMs of [0, 2_000, 40_000]) {
    const limitMs = stepLimitMs(MIX_CAPACITY, BOUNDS, startedMs, mostMs);
    const endMs = startedMs + limitMs + longestAfterStepMs(MIX_CAPACITY.slo) + BOUNDS.stopTimeoutMs;
    assert.equal(Math.round(endMs), Math.round(mostMs));
    assert.ok(limitMs >= searchMs(MIX_CAPACITY), 'and yet has time for each step');
  }
  assert.equal(stepLimitMs(MIX_CAPACITY, BOUNDS, mostMs, mostMs), 1_000);
});

test('[PROVE-62] what the rounds took too long is taken from all searches alike, and one without time is none', () => {
  const all = [MIX_CAPACITY, MIX_CAPACITY, MIX_CAPACITY];
  const { mostMs } = searchTimeOf(MIX_CAPACITY, BOUNDS);
  const allowed = (leftMs: number): number => Math.round(allowedMs(all, BOUNDS, leftMs) ?? -1);
  assert.deepEqual([allowed(3 * mostMs), allowed(9 * mostMs)], [Math.round(mostMs), Math.round(mostMs)]);
  assert.equal(allowed(2.4 * mostMs), Math.round(0.8 * mostMs));
  // Searches that take no more than they may always end in time, whatever the first ones took.
  let leftMs = 2.1 * mostMs;
  for (let i = 0; i < all.length; i++) leftMs -= allowedMs(all.slice(i), BOUNDS, leftMs) ?? 0;
  assert.ok(leftMs >= -1e-6, `${leftMs}`);
  assert.deepEqual([allowed(0), allowed(-5_000), allowedMs([], BOUNDS, 1e9)], [-1, -1, undefined]);
});
