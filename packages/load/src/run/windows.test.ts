import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { SecondResult } from '../result/index.ts';
import {
  createWindowsMemory,
  type WindowEnding,
  WindowReader,
  Windows,
  type WindowsMemory,
  windowResults,
  windowShapeOf,
} from './windows.ts';

const START = { startAt: 5_000, durationMs: 60_000 };
const MINUTE = windowShapeOf(60_000, 1_000);

function memoryOf(record: (windows: Windows) => void): WindowsMemory {
  const memory = createWindowsMemory(MINUTE, (bytes) => new ArrayBuffer(bytes));
  record(new Windows(MINUTE, START, memory));
  return memory;
}

function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] as number;
}

test('[LOAD-77] windows are a second, and wider in long runs, so that there are never more than allowed', () => {
  const widths = [1, 1_000_000, 1_000_001, 3_600_000, 86_400_000].map((ms) => windowShapeOf(ms, 1_000).widthSeconds);
  assert.deepEqual(widths, [1, 1, 2, 5, 120]);
  for (let ms = 1; ms <= 86_400_000; ms = ms * 2 + 7) {
    for (const most of [250, 1_000]) assert.ok(windowShapeOf(ms, most).count <= most + 1, `${ms}`);
  }
});

test('[LOAD-77] an arrival counts in the window of its intended start, whenever it ends; what comes after the schedule in one more', () => {
  const memory = memoryOf((windows) => {
    for (const at of [5_000, 5_999.9, 7_000, 64_999, 70_000, 900_000]) {
      windows.planned(at);
      windows.ended(at, 'ok', 10, 3, true);
    }
    windows.planned(7_500);
    windows.ended(7_500, 'interrupted', 0, 900, false);
  });
  const results = windowResults(MINUTE, [memory]);
  assert.equal(results.length, 61);
  const told = results.filter(({ planned }) => planned > 0).map(({ second, ok }) => [second, ok]);
  assert.deepEqual(told, [
    [0, 2],
    [2, 1],
    [59, 1],
    [60, 2],
  ]);
  const third: SecondResult = {
    ...{ second: 2, planned: 2, ok: 1, errors: 0, interrupted: 1, bodyBytes: 10, maxResponseUs: 3_000 },
    responseUs: { count: 1, mean: 3_000, p50: 3_000, p95: 3_000, p99: 3_000 },
  };
  assert.deepEqual(results[2], third);
});

test('[LOAD-78] a refusal is in no percentile of its window, what was given up is, and the slowest is of both', () => {
  const memory = memoryOf((windows) => {
    for (let i = 0; i < 99; i++) windows.ended(5_000, 'error', 0, 0.1, false);
    windows.ended(5_000, 'error', 0, 64, true);
    windows.ended(5_000, 'ok', 0, 2, true);
    windows.ended(5_000, 'error', 0, 100, false);
  });
  const [first] = windowResults(MINUTE, [memory]);
  assert.deepEqual([first?.ok, first?.errors, first?.maxResponseUs], [1, 101, 100_000]);
  assert.deepEqual([first?.responseUs?.count, first?.responseUs?.mean], [2, 33_000]);
  assert.ok((first?.responseUs?.p50 ?? 0) < 2_100 && (first?.responseUs?.p99 ?? 0) >= 64_000);
});

const endings = fc.record({
  at: fc.integer({ min: 5_000, max: 64_999 }),
  ms: fc.double({ min: -3, max: 12, noNaN: true }).map(Math.exp),
  ending: fc.constantFrom<WindowEnding>('ok', 'error', 'interrupted'),
});

test('[LOAD-78] percentiles are those of the samples, at most 3.2 % too high; parts add up to the whole', () => {
  const property = fc.property(fc.array(endings, { minLength: 1, maxLength: 300 }), fc.nat(3), (all, last) => {
    const whole = memoryOf((windows) => {
      for (const { at, ms, ending } of all) windows.ended(at, ending, 1, ms, true);
    });
    const parts = Array.from({ length: last + 1 }, (_, part) =>
      memoryOf((windows) => {
        all.forEach(({ at, ms, ending }, i) => {
          if (i % (last + 1) === part) windows.ended(at, ending, 1, ms, true);
        });
      }),
    );
    const results = windowResults(MINUTE, [whole]);
    assert.deepEqual(windowResults(MINUTE, parts), results);
    for (const { second, responseUs } of results) {
      const samples = all
        .filter(({ at, ending }) => Math.floor((at - 5_000) / 1_000) === second && ending !== 'interrupted')
        .map(({ ms }) => Math.max(1, Math.round(ms * 1_000)))
        .toSorted((one, other) => one - other);
      assert.equal(responseUs?.count ?? 0, samples.length);
      if (responseUs === undefined) continue;
      for (const [told, share] of [
        [responseUs.p50, 0.5],
        [responseUs.p95, 0.95],
        [responseUs.p99, 0.99],
      ] as const) {
        const exact = nearestRank(samples, share);
        assert.ok(told >= exact && told <= exact * 1.032, `${share}: ${told} for ${exact}`);
      }
    }
  });
  fc.assert(property, { numRuns: 100, ...propertySeed() });
});

/** The memory, and how often one of its buckets was read. */
function watched(memory: WindowsMemory): { readonly memory: WindowsMemory; reads: number } {
  const seen = { memory, reads: 0 };
  const get = (buckets: Uint32Array, key: string): unknown => {
    seen.reads++;
    return Reflect.get(buckets, key);
  };
  seen.memory = { ...memory, buckets: new Proxy(memory.buckets, { get } as ProxyHandler<Uint32Array>) };
  return seen;
}

test('[LOAD-86] read again, only the windows in which something happened are read, however many there are', () => {
  const readsAfter = [20, 1_000].map((seconds) => {
    const shape = windowShapeOf(seconds * 1_000, 1_000);
    const memory = createWindowsMemory(shape, (bytes) => new ArrayBuffer(bytes));
    const windows = new Windows(shape, START, memory);
    for (let second = 0; second < seconds - 1; second++) windows.ended(5_000 + second * 1_000, 'ok', 1, 3, true);
    const seen = watched(memory);
    const reader = new WindowReader(shape);
    const before = reader.read([seen.memory]);
    const [late, now] = [seconds - 6, seconds - 1];
    windows.ended(5_000 + late * 1_000, 'error', 0, 5_000, true);
    windows.ended(5_000 + now * 1_000, 'ok', 1, 3, true);
    seen.reads = 0;
    const after = reader.read([seen.memory]);
    assert.ok(after.every((one, second) => (one === before[second]) === (second !== late && second !== now)));
    assert.deepEqual(after, windowResults(shape, [memory]));
    return seen.reads;
  });
  assert.ok((readsAfter[0] as number) > 0);
  assert.equal(readsAfter[1], readsAfter[0]);
});
