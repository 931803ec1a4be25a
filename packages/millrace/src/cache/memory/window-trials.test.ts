import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createRandom } from '../../core/index.ts';
import { WindowTrials } from './window-trials.ts';

const CAPACITY = 200;

function afterAsking(next: (at: number) => number, trials = new WindowTrials(CAPACITY, createRandom(1))): WindowTrials {
  for (let at = 0; at < 30_000; at++) trials.ask(next(at));
  return trials;
}

const LOOP = (at: number): number => at % (2 * CAPACITY);
const TWICE = (at: number): number => (at % 2 === 0 ? at : at - 121);

test('[CACHE-112] the window is everything at first, and where recency is all there is', () => {
  const trials = new WindowTrials(CAPACITY, createRandom(1));
  assert.equal(trials.windowShare, 1);
  assert.equal(afterAsking(TWICE, trials).windowShare, 1);
});

test('[CACHE-112] the window is small on a loop, and grows again afterwards', () => {
  const trials = afterAsking(LOOP);
  assert.ok(trials.windowShare < 0.1, `${trials.windowShare}`);
  assert.ok(afterAsking(TWICE, trials).windowShare >= 0.5);
});

test('[CACHE-112] a window that is no better than another changes nothing', () => {
  assert.equal(afterAsking((at) => at).windowShare, 1);
  assert.equal(afterAsking((at) => at % CAPACITY).windowShare, 1);
});
