import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { ErrorClass } from '../result/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { Recorder } from './recorder.ts';
import { RunMemory } from './run-memory.ts';
import { type RunHead, rowsOf, toLoadResult } from './run-result.ts';
import { runVirtually } from './virtual-run.test.ts';

const SCENARIO: Scenario = {
  name: 'one',
  users: 1,
  createUser: () => undefined,
  steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
};

test('[LOAD-83] a run says how long it warmed up; one that was steady says 0, and a ramp or a short run says nothing', async () => {
  const constant = { kind: 'constant', ratePerSecond: 20, durationMs: 40_000 } as const;
  const run = (arrivals: Parameters<typeof runVirtually>[0]['arrivals'], slowUntilMs: number) =>
    runVirtually({ scenario: SCENARIO, arrivals, serve: ({ atMs }) => ({ afterMs: atMs < slowUntilMs ? 90 : 10 }) });
  const settling = await run(constant, 12_000);
  assert.deepEqual(settling.result.warmUp, { seconds: 12, settled: true });
  assert.deepEqual((await run(constant, 0)).result.warmUp, { seconds: 0, settled: true });
  const ramp = { kind: 'ramp', fromPerSecond: 10, toPerSecond: 20, durationMs: 40_000 } as const;
  assert.equal((await run(ramp, 12_000)).result.warmUp, undefined);
  assert.equal((await run({ ...constant, durationMs: 9_000 }, 0)).result.warmUp, undefined);
});

test('[LOAD-77] windows of a row and of all arrivals say the same where there is one row', async () => {
  const arrivals = { kind: 'constant', ratePerSecond: 50, durationMs: 3_000 } as const;
  const { result } = await runVirtually({ scenario: SCENARIO, arrivals, serve: () => ({ afterMs: 7, body: 'four' }) });
  assert.deepEqual(result.stepSeconds, { read: result.seconds });
  assert.deepEqual(result.seconds[1], {
    ...{ second: 1, planned: 50, ok: 50, errors: 0, interrupted: 0, bodyBytes: 200, maxResponseUs: 7_000 },
    responseUs: { count: 50, mean: 7_000, p50: 7_000, p95: 7_000, p99: 7_000 },
  });
});

test('[LOAD-96] good answers of the drain are good answers, and not in time', async () => {
  const arrivals = { kind: 'constant', ratePerSecond: 50, durationMs: 1_000 } as const;
  const { result } = await runVirtually({ scenario: SCENARIO, arrivals, serve: () => ({ afterMs: 305 }) });
  // Due every 20 ms; those due by 695 ms were answered by 1,000 ms.
  assert.deepEqual([result.total.ok, result.total.okInTime, result.steps.read?.okInTime], [50, 35, 35]);
});

test('[LOAD-97] the setup is the same however the shape was written down, and names its numbers alone', async () => {
  const run = async (arrivals: Parameters<typeof runVirtually>[0]['arrivals']) => {
    const { result } = await runVirtually({
      scenario: SCENARIO,
      arrivals,
      connections: 3,
      serve: () => ({ afterMs: 1 }),
    });
    return result.setup;
  };
  const setup = await run({ kind: 'ramp', fromPerSecond: 0, toPerSecond: 9, durationMs: 1_000 });
  assert.deepEqual(setup, {
    ...{ model: 'open', users: 1, connections: 3, engine: 'fast', pacing: 'eco', workers: 1, timeoutMs: 10_000 },
    shape: { durationMs: 1_000, fromPerSecond: 0, toPerSecond: 9 },
  });
  const turned = await run({ durationMs: 1_000, toPerSecond: 9, poisson: false, fromPerSecond: 0, kind: 'ramp' });
  assert.equal(JSON.stringify(turned), JSON.stringify(setup));
  const steps = await run({ kind: 'steps', ratesPerSecond: [5, 9], durationMs: 1_000 });
  assert.deepEqual(steps?.shape, { durationMs: 1_000, ratesPerSecond: [5, 9] });
});

const HEAD: RunHead = {
  ...{ scenario: 'one', target: 'http://virtual', seed: 1, startedAt: '2026-01-01T00:00:00.000Z' },
  setup: {
    ...{ model: 'open', users: 1, connections: 64, engine: 'fast', pacing: 'eco', workers: 1, timeoutMs: 10_000 },
    shape: { ratePerSecond: 1 },
  },
  arrivals: { kind: 'constant', poisson: false, durationMs: 10_000, targetPerSecond: 1 },
};

interface Sample {
  readonly at: number;
  readonly lag: number;
  readonly service: number;
  readonly row: string;
  readonly ending: 'ok' | 'interrupted' | ErrorClass;
}

const samples = fc.array(
  fc.record<Sample>({
    at: fc.double({ min: 0, max: 9_999, noNaN: true }),
    lag: fc.double({ min: 0, max: 900, noNaN: true }),
    service: fc.double({ min: 0, max: 5_000, noNaN: true }),
    row: fc.constantFrom('read', 'write'),
    ending: fc.constantFrom('ok', 'interrupted', 'status', 'reset', 'timeout', 'unsent'),
  }),
  { minLength: 1, maxLength: 120 },
);

function recordAll(all: readonly Sample[]): RunMemory {
  const memory = new RunMemory(10_000);
  const recorder = new Recorder(0, 10_000, memory);
  for (const { at, lag, service, row: name, ending } of all) {
    const row = memory.openRow('step', name);
    const writtenAt = ending === 'unsent' ? -1 : at + lag;
    const arrival = { intendedAt: at, writtenAt, firstByteAt: writtenAt, retried: lag > 800 };
    const now = at + lag + service;
    recorder.taken(at, at + lag / 2);
    if (ending === 'ok') row.answered(arrival, 200, undefined, 3, now);
    else if (ending === 'status') row.answered(arrival, 500, 'status', 3, now);
    else if (ending === 'interrupted') row.interrupted(arrival, now);
    else if (ending === 'reset') row.broken(arrival, ending, now);
    else row.givenUp(arrival, ending as 'timeout' | 'unsent', now);
    recorder.settled(arrival, ending === 'ok' ? undefined : ending, lag + service, now, 3);
  }
  return memory;
}

test('[LOAD-84] what several threads recorded is to the bit what one would have', () => {
  const property = fc.property(samples, fc.integer({ min: 2, max: 8 }), (all, workers) => {
    const parts = Array.from({ length: workers }, (_, k) => recordAll(all.filter((_, i) => i % workers === k)));
    const end = { interrupted: false, drainMs: 0, workersLost: [] };
    const one = [recordAll(all)];
    const [apart, whole] = [parts, one].map((memories) => toLoadResult(HEAD, memories, rowsOf(memories), end));
    const lag = (verdict: typeof whole): unknown => ({ ...verdict, validity: undefined });
    assert.deepEqual(lag(apart), lag(whole));
  });
  fc.assert(property, { numRuns: 60, ...propertySeed() });
});

test('[LOAD-95] a closed run of several threads lasted until the last of them settled its last request', () => {
  const closed: RunHead = { ...HEAD, arrivals: { ...HEAD.arrivals, kind: 'closed' } };
  const lengthOf = (...lasts: readonly number[]): number => {
    const memories = lasts.map((service) => recordAll([{ at: 0, lag: 0, service, row: 'read', ending: 'ok' }]));
    for (const { totals } of memories) totals.health.fill(5_000);
    const end = { interrupted: false, drainMs: Math.max(...lasts), workersLost: [] };
    return toLoadResult(closed, memories, rowsOf(memories), end).arrivals.durationMs;
  };
  assert.deepEqual([lengthOf(40), lengthOf(40, 300, 7), lengthOf(40, 12_000)], [40, 300, 10_000]);
});

test('[LOAD-85] slow code is told by the mean of the calls that were timed, over all threads, if they are enough', () => {
  const told = (...threads: readonly (readonly number[])[]): unknown => {
    const memories = threads.map((calls) => {
      const memory = new RunMemory(10_000);
      for (const ms of calls) memory.openRow('step', 'read').codeTook(ms);
      return memory;
    });
    const end = { interrupted: false, drainMs: 0, workersLost: [] };
    return toLoadResult(HEAD, memories, rowsOf(memories), end).remarks;
  };
  assert.deepEqual(told([0.2, 0.2, 0.2, 0.2, 4]), []);
  assert.deepEqual(told([2, 2], [2, 2]), []);
  const values = { step: 'read', ms: 2, boundMs: 1 };
  assert.deepEqual(told([1, 2, 3], [2, 2]), [{ code: 'slow-code', values }]);
});
