import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlapping, type FlappingOptions } from './flapping.ts';

const FLAPPING: FlappingOptions = { seed: 3, upCalls: 20, downCalls: 5 };

function draw(count: number, options: FlappingOptions) {
  const next = createFlapping(options);
  return Array.from({ length: count }, () => next() ?? 'up');
}

test('[LLM-3] a seed gives the same course again, another seed another', () => {
  assert.deepEqual(draw(500, FLAPPING), draw(500, FLAPPING));
  assert.notDeepEqual(draw(500, FLAPPING), draw(500, { ...FLAPPING, seed: 4 }));
});

test('[LLM-3] the runs of served and failed calls have the lengths asked for, and both kinds of failure come', () => {
  const course = draw(50_000, FLAPPING);
  const down = course.filter((call) => call !== 'up').length;
  assert.ok(Math.abs(down / course.length - 0.2) < 0.02, `${down} of ${course.length}`);
  const runs = course.filter((call, index) => index > 0 && (call === 'up') !== (course[index - 1] === 'up')).length;
  assert.ok(Math.abs(course.length / runs - 12.5) < 1, `${runs} runs`);
  assert.deepEqual([...new Set(course)].sort(), ['overloaded', 'reset', 'up']);
});

test('[LLM-3] without failing calls it never fails', () => {
  assert.deepEqual(new Set(draw(1_000, { ...FLAPPING, downCalls: 0 })), new Set(['up']));
});
