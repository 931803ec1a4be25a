import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkloads, type Workload } from './workloads.ts';

const REQUESTS = 100_000;
const WORKLOADS = new Map(createWorkloads(1, REQUESTS).map((workload) => [workload.name, workload]));

function named(name: string): Workload {
  const workload = WORKLOADS.get(name);
  assert.ok(workload, `there is no workload ${name}`);
  return workload;
}

function countsOf(keys: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

test('[BENCH-20] equal seeds give equal workloads, other seeds others', () => {
  for (const again of createWorkloads(1, REQUESTS)) assert.deepEqual(again, named(again.name));
  const [first, second] = [named('web'), createWorkloads(2, REQUESTS).find(({ name }) => name === 'web')];
  assert.notDeepEqual(first.keys, second?.keys);
});

test('[BENCH-20] no workload fits into its cache', () => {
  for (const { name, keys, capacity } of WORKLOADS.values()) {
    assert.ok(countsOf(keys).size > 1.5 * capacity, name);
    assert.ok(
      keys.every((key) => key >= 0),
      name,
    );
  }
});

test('[BENCH-20] rows of a transaction are asked for twice, soon, and never again', () => {
  const { keys } = named('orm');
  const counts = countsOf(keys.subarray(0, keys.length - 1_000));
  assert.ok([...counts.values()].every((count) => count <= 2));
  const seenAt = new Map<number, number>();
  let farthest = 0;
  for (const [at, key] of keys.entries()) {
    farthest = Math.max(farthest, at - (seenAt.get(key) ?? at));
    seenAt.set(key, at);
  }
  assert.ok(farthest > 300 && farthest <= 1_024, `${farthest} apart`);
});

test('[BENCH-20] popularity by Zipf’s law falls as its exponent says', () => {
  for (const exponent of [0.7, 0.99]) {
    const counts = countsOf(named(`zipf-${exponent}`).keys);
    const seen = counts.get(0)! / counts.get(9)!;
    const expected = 10 ** exponent;
    assert.ok(Math.abs(seen / expected - 1) < 0.15, `${exponent}: ${seen} beside ${expected}`);
  }
});

test('[BENCH-20] what is popular shifts: the most popular of the first tenth are not those of the last', () => {
  const { keys } = named('shifting');
  const tenth = keys.length / 10;
  const top = (part: Int32Array): Set<number> =>
    new Set(
      [...countsOf(part)]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, 100)
        .map(([key]) => key),
    );
  assert.ok(top(keys.subarray(0, tenth)).isDisjointFrom(top(keys.subarray(keys.length - tenth))));
});
