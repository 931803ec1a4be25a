import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { Scenario } from '../scenario/index.ts';
import {
  createGeneratorWindows,
  GeneratorWindowReader,
  type GeneratorWindowsMemory,
  LoopDelayWindows,
  SendLagWindows,
} from './generator-windows.ts';
import { runVirtually } from './virtual-run.test.ts';
import { windowShapeOf } from './windows.ts';

const START = { startAt: 5_000, durationMs: 10_000 };
const SHAPE = windowShapeOf(10_000, 1_000);

function emptyWindows(): GeneratorWindowsMemory {
  return createGeneratorWindows(SHAPE, (bytes) => new ArrayBuffer(bytes));
}

test('[LOAD-155] lags stand in the window in which the request was due, those of several threads as of one', () => {
  const lagsUs = fc.array(fc.integer({ min: 1, max: 4_000_000_000 }), { minLength: 1, maxLength: 50 });
  const property = fc.property(lagsUs, (all) => {
    const one = emptyWindows();
    const two = [emptyWindows(), emptyWindows()] as const;
    all.forEach((us, i) => {
      for (const memory of [one, two[i % 2] as GeneratorWindowsMemory]) {
        new SendLagWindows(SHAPE, START, memory).record(7_999.9, us);
      }
    });
    const windows = new GeneratorWindowReader(SHAPE).read([one]);
    assert.deepEqual(new GeneratorWindowReader(SHAPE).read(two), windows);
    assert.deepEqual(windows.slice(0, 2), [{ second: 0 }, { second: 1 }]);
    const lag = windows[2]?.sendLagUs;
    const known = all.map((us) => Math.min(us, 3_600_000_000)).toSorted((a, b) => a - b);
    assert.deepEqual([windows.length, lag?.count, lag?.max], [3, all.length, known.at(-1)]);
    for (const [share, told] of [
      [0.5, lag?.p50],
      [0.99, lag?.p99],
    ] as const) {
      const exact = known[Math.ceil(known.length * share) - 1] as number;
      assert.ok(told !== undefined && told >= exact && told <= exact * 1.032, `${told} for ${exact}`);
    }
  });
  fc.assert(property, { numRuns: 100, ...propertySeed() });
});

test('[LOAD-155] in whatever order they come, requests count in the window in which they were due; what comes outside of all in the first or last', () => {
  const times = fc.array(fc.double({ min: 3_000, max: 18_000, noNaN: true }), { minLength: 1, maxLength: 60 });
  const property = fc.property(times, (all) => {
    const memory = emptyWindows();
    const lags = new SendLagWindows(SHAPE, START, memory);
    for (const at of all) lags.record(at, 5);
    const expected = new Map<number, number>();
    for (const at of all) {
      const second = Math.max(0, Math.min(10, Math.floor((at - 5_000) / 1_000)));
      expected.set(second, (expected.get(second) ?? 0) + 1);
    }
    for (const { second, sendLagUs } of new GeneratorWindowReader(SHAPE).read([memory])) {
      assert.equal(sendLagUs?.count, expected.get(second), `${second}`);
      expected.delete(second);
    }
    assert.equal(expected.size, 0);
  });
  fc.assert(property, { numRuns: 200, ...propertySeed() });
});

test('[LOAD-155] windows in which nothing happened since are the same objects', () => {
  const memory = emptyWindows();
  const lags = new SendLagWindows(SHAPE, START, memory);
  const reader = new GeneratorWindowReader(SHAPE);
  lags.record(5_000, 10);
  const [first] = reader.read([memory]);
  lags.record(6_000, 20);
  const windows = reader.read([memory]);
  assert.equal(windows[0], first);
  assert.deepEqual(windows[1], { second: 1, sendLagUs: { count: 1, p50: 20, p99: 20, max: 20 } });
});

test('[LOAD-155] a loop that stands still is told in that window, of several threads the worst', async () => {
  const memory = emptyWindows();
  const delays = new LoopDelayWindows(SHAPE, START, memory);
  delays.look(5_500);
  await sleep(30);
  const until = performance.now() + 120;
  while (performance.now() < until);
  await sleep(30);
  delays.look(6_000);
  delays.stop();
  const [window] = new GeneratorWindowReader(SHAPE).read([emptyWindows(), memory]);
  assert.ok((window?.loopDelayUs?.max ?? 0) >= 100_000, JSON.stringify(window));
  assert.ok((window?.loopDelayUs?.count ?? 0) > 1 && window?.sendLagUs === undefined);
});

test('[LOAD-155] the result holds the lag of each second: of what was due in it, waited for a connection and was written', async () => {
  const scenario: Scenario = {
    ...{ name: 'one', users: 1, createUser: () => undefined },
    steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
  };
  const arrivals = { kind: 'constant', ratePerSecond: 10, durationMs: 3_000 } as const;
  // The service stands still for the second second, with one connection.
  const serve = ({ atMs }: { atMs: number }) => ({ afterMs: atMs >= 1_000 && atMs < 1_050 ? 1_000 : 1 });
  const { result } = await runVirtually({ scenario, arrivals, connections: 1, serve });
  const lags = result.generator.windows?.map(({ second, sendLagUs }) => [second, sendLagUs?.count, sendLagUs?.max]);
  assert.equal(result.generator.sendLagUs.count, 30);
  assert.deepEqual(
    lags?.slice(0, 3).map(([second, count]) => [second, count]),
    [
      [0, 10],
      [1, 10],
      [2, 10],
    ],
  );
  const [first = 0, second = 0] = (lags ?? []).map(([, , max]) => max);
  assert.ok(first <= 10_000 && second >= 850_000, `${first} ${second}`);
});
