import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { type LoadResult, percentileOf, responseTimesOf, type StepResult } from '../result/index.ts';
import type { RequestSpec, Scenario, Step } from '../scenario/index.ts';
import { toSchedule } from '../schedule/index.ts';
import { defaultMaxQueue } from './run-load.ts';
import { runVirtually, type Treatment } from './virtual-run.test.ts';

const ONE_STEP: Scenario = {
  name: 'one',
  users: 1,
  createUser: () => undefined,
  steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
};

function errorsOf({ errors }: StepResult): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/** What must hold of every result, whatever happened. */
function checkSums(result: LoadResult): void {
  const { total, arrivals, seconds } = result;
  assert.equal(total.ok + errorsOf(total) + total.interrupted, arrivals.planned);
  assert.equal(total.responseTimeUs.count, arrivals.planned - total.interrupted);
  if (!result.interrupted) assert.equal(total.interrupted, 0);
  assert.equal(total.cutOff?.responseTimeUs.count ?? 0, total.interrupted);
  assert.equal(result.generator.scheduleLagUs.count, arrivals.planned);
  assert.equal(total.sent, result.generator.sendLagUs.count);
  assert.ok(total.sent + (total.errors.unsent ?? 0) + (total.errors.connect ?? 0) <= arrivals.planned);
  const sum = (of: 'planned' | 'ok' | 'errors' | 'interrupted'): number =>
    seconds.reduce((before, second) => before + second[of], 0);
  assert.deepEqual([sum('planned'), sum('ok'), sum('errors')], [arrivals.planned, total.ok, errorsOf(total)]);
  assert.equal(sum('interrupted'), total.interrupted);
  for (const second of seconds) assert.equal(second.ok + second.errors + second.interrupted, second.planned);
  // A time is of a good answer, of a failure, or a lower bound.
  assert.equal(total.ok + total.refusedResponseTimeUs.count + total.censored, total.responseTimeUs.count);
  const answered = Object.values(total.statuses).reduce((before, count) => before + count, 0);
  assert.equal(answered, total.ok + (total.errors.status ?? 0) + (total.errors.check ?? 0));
}

/** Users whose token is good for three requests. */
function memberScenario(): Scenario<{ uses: number }> {
  const login: Step<{ uses: number }> = {
    name: 'login',
    weight: 1,
    build: () => ({ method: 'POST', path: '/login' }),
    onAnswer: (_answer, user) => {
      user.uses = 3;
    },
  };
  const build = (user: { uses: number }): RequestSpec => {
    user.uses--;
    return { method: 'GET', path: '/' };
  };
  return {
    name: 'members',
    users: 3,
    createUser: () => ({ uses: 0 }),
    prerequisite: (user) => (user.uses <= 0 ? login : undefined),
    steps: [{ name: 'read', weight: 1, build }],
  };
}

const treatment: fc.Arbitrary<Treatment> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ afterMs: fc.nat({ max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ afterMs: fc.nat({ max: 300 }), status: fc.constantFrom(201, 302, 404, 503) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      afterMs: fc.nat({ max: 300 }),
      fails: fc.constantFrom('connect' as const, 'reset' as const, 'protocol' as const, 'client' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant('silent' as const) },
);

test('[LOAD-60] planned = ok + errors + interrupted, and one response sample each, whatever happens', async () => {
  const property = fc.asyncProperty(
    fc.record({
      treatments: fc.array(treatment, { minLength: 1, maxLength: 40 }),
      ratePerSecond: fc.integer({ min: 20, max: 300 }),
      connections: fc.integer({ min: 1, max: 20 }),
      maxQueue: fc.constantFrom(0, 1, 5, 100, 1_000),
      timeoutMs: fc.constantFrom(50, 250, 1_000),
      drainMs: fc.constantFrom(0, 100, 2_000),
      hasPrerequisite: fc.boolean(),
      abortAtMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined, freq: 3 }),
    }),
    async ({ treatments, ratePerSecond, abortAtMs, hasPrerequisite, ...rest }) => {
      let next = 0;
      const { result } = await runVirtually<never>({
        ...rest,
        ...(abortAtMs === undefined ? {} : { abortAtMs }),
        scenario: (hasPrerequisite ? memberScenario() : ONE_STEP) as Scenario<never>,
        arrivals: { kind: 'constant', ratePerSecond, durationMs: 2_000 },
        serve: () => treatments[next++ % treatments.length] as Treatment,
      });
      if (abortAtMs === undefined) assert.equal(result.arrivals.planned, ratePerSecond * 2);
      checkSums(result);
    },
  );
  await fc.assert(property, { numRuns: 200, ...propertySeed() });
});

test('[LOAD-61] response time counts from the intended start, service time from the write', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 1_000 },
    connections: 1,
    serve: () => ({ afterMs: 20 }),
  });
  // One connection serves 50/s, 100/s arrive: the i-th is answered at 20 (i + 1) ms and was due at 10 i ms.
  const expected = new Histogram();
  for (let i = 0; i < 100; i++) expected.record((20 * (i + 1) - 10 * i) * 1_000);
  assert.deepEqual(result.total.responseTimeUs, expected.snapshot());
  assert.deepEqual([result.total.serviceTimeUs.min, result.total.serviceTimeUs.max], [20_000, 20_000]);
  assert.equal(result.generator.queuedMax, 50);
  assert.equal(result.drainMs, 2_000 - 990);
});

test('[LOAD-61] a stall of one second shows as it is: P95 500, P99 900, max 1,000 ms', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 2_000, durationMs: 10_000 },
    serve: ({ atMs }) => ({ afterMs: atMs >= 4_000 && atMs < 5_000 ? 5_000 - atMs : 0 }),
  });
  assert.equal(result.total.responseTimeUs.count, 20_000);
  for (const [p, ms] of [
    [50, 0.5],
    [95, 500],
    [99, 900],
    [99.9, 990],
  ] as const) {
    const found = percentileOf({ histogram: result.total.responseTimeUs }, p);
    assert.ok(found.kind === 'value' && Math.abs(found.us / 1_000 - ms) <= 1.5, `P${p} ${JSON.stringify(found)}`);
  }
  // The first one stalled was due half a millisecond before the stall and written at the next whole one.
  assert.equal(result.total.responseTimeUs.max, 1_000_500);
  assert.ok(result.generator.queuedMax > 1_800);
});

test('[LOAD-62] past the bound of the queue the oldest counts as unsent, at what it has waited', async () => {
  const { result, seen } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 1_000 },
    connections: 1,
    maxQueue: 10,
    serve: ({ atMs }) => ({ afterMs: atMs === 0 ? 5_000 : 1 }),
  });
  // Arrivals 1 to 10 wait; each later one drops the oldest, which has waited 100 ms by then.
  assert.deepEqual(result.total.errors, { unsent: 89 });
  assert.equal(result.total.censored, 89);
  assert.equal(result.total.censoredFromUs, 100_000);
  assert.equal(result.generator.queuedMax, 10);
  assert.equal(seen.length, 11);
  checkSums(result);
});

test('[LOAD-62] the default bound is by the highest rate: who waits through a short peak is late, not lost', async () => {
  const spike = { kind: 'spike', ratePerSecond: 1, peakPerSecond: 500, peakAtMs: 1_000, peakMs: 1_000 } as const;
  const arrivals = { ...spike, durationMs: 60_000 };
  const maxQueue = defaultMaxQueue(toSchedule(arrivals, 1));
  const serve = (): Treatment => ({ afterMs: 10 });
  const { result } = await runVirtually({ scenario: ONE_STEP, arrivals, connections: 1, maxQueue, serve });
  // One connection serves 100/s, so 400 wait at the end of the peak; ten seconds of the mean rate are fewer than 100.
  assert.ok(result.generator.queuedMax >= 390, `${result.generator.queuedMax}`);
  assert.deepEqual([maxQueue, result.total.errors], [5_000, {}]);
  checkSums(result);
});

test('[LOAD-63] the drain ends; what is not answered by then is censored at what it has waited', async () => {
  const { result, tookMs } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 1_000 },
    drainMs: 500,
    serve: ({ atMs }) => (atMs < 500 ? { afterMs: 30 } : 'silent'),
  });
  assert.deepEqual([result.total.ok, result.total.errors], [5, { timeout: 5 }]);
  // The last arrival was due at 900 ms, so the drain ended at 1,400 ms.
  assert.equal(result.total.censoredFromUs, 500_000);
  assert.equal(result.total.responseTimeUs.max, 900_000);
  assert.ok(tookMs <= 1_410, `${tookMs}`);
  assert.equal(result.drainMs, 500);
  checkSums(result);
});

test('[LOAD-64] an interruption stops sending, drains for at most a second and gives the full partial result', async () => {
  const { result, seen, tookMs } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 60_000 },
    connections: 5,
    abortAtMs: 3_000,
    serve: ({ atMs }) => {
      if (atMs < 2_000) return { afterMs: 10 };
      return atMs < 2_020 ? { afterMs: 1_500 } : 'silent';
    },
  });
  assert.equal(result.interrupted, true);
  assert.equal(result.arrivals.planned, 300);
  assert.ok(tookMs <= 3_900, `${tookMs}`);
  assert.ok(seen.every(({ atMs }) => atMs <= 3_000));
  // Two were answered in the 0.8 s that were left, three were under way to the end, the others never were.
  assert.deepEqual(result.total.errors, {});
  assert.equal(result.total.interrupted, 98);
  assert.equal(result.total.sent, result.total.ok + 3);
  assert.equal(result.total.censored, 0);
  // Those under way for the 0.8 s that were left, those that waited until the interruption; the first was due at 2,020 ms.
  const { responseTimeUs, serviceTimeUs } = result.total.cutOff ?? {};
  assert.deepEqual([responseTimeUs?.count, responseTimeUs?.max, serviceTimeUs?.count], [98, 1_780_000, 3]);
  const p95 = percentileOf(responseTimesOf(result.total), 95);
  assert.ok(p95.kind === 'at-least' && p95.us > 800_000, JSON.stringify(p95));
  checkSums(result);
});

test('[LOAD-64] what is due at the interruption counts, however far the generator is behind', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100_000, durationMs: 60_000 },
    connections: 5,
    abortAtMs: 5,
    serve: () => 'silent',
  });
  assert.deepEqual([result.arrivals.planned, result.total.interrupted, result.total.sent], [500, 500, 5]);
  checkSums(result);
});

test('[LOAD-64] what failed before an interruption stays an error', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 60_000 },
    timeoutMs: 500,
    abortAtMs: 2_050,
    serve: ({ atMs }) => (atMs < 1_000 ? 'silent' : { afterMs: atMs < 2_000 ? 1 : 4_000 }),
  });
  assert.deepEqual(result.total.errors, { timeout: 11 });
  assert.deepEqual([result.total.ok, result.total.interrupted], [10, 0]);
  checkSums(result);
});

test('[LOAD-64] an interruption before the start gives an empty result', async () => {
  const { result, seen } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 1_000 },
    abortAtMs: 0,
    serve: () => ({ afterMs: 1 }),
  });
  assert.equal(result.interrupted, true);
  assert.ok(result.arrivals.planned <= 1);
  assert.equal(seen.length, result.arrivals.planned);
  checkSums(result);
});

test('[LOAD-65] after failures the queue is tried with each new arrival and each sweep only', async () => {
  const { result, seen } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 2_000 },
    connections: 2,
    serve: ({ atMs }) => (atMs < 1_000 ? { afterMs: 1_000 - atMs, fails: 'reset' } : { afterMs: 0, fails: 'connect' }),
    drainMs: 1_000,
  });
  // About 100 wait when both connections break; from then on 100 arrivals and 10 sweeps a second are attempts.
  const attempts = seen.filter(({ atMs }) => atMs >= 1_000 && atMs < 2_000).length;
  assert.ok(attempts >= 100 && attempts <= 112, `${attempts}`);
  assert.ok(result.generator.queuedMax >= 97);
  assert.equal(result.total.errors.reset, 2);
  checkSums(result);
});

test('[LOAD-66] what the target broke off ended after what was waited, and is no bound of anything', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 1_000 },
    timeoutMs: 2_000,
    serve: ({ atMs }) => ({ afterMs: 5, ...(atMs < 300 ? { fails: 'reset' as const } : {}) }),
  });
  assert.deepEqual(result.total.errors, { reset: 3 });
  assert.deepEqual([result.total.censored, result.total.censoredFromUs], [0, 0]);
  const { count, min, max } = result.total.refusedResponseTimeUs;
  assert.deepEqual([count, min, max, result.total.responseTimeUs.max], [3, 5_000, 5_000, 5_000]);
  assert.equal(result.total.serviceTimeUs.count, 7);
  checkSums(result);
});

test('[LOAD-66] a timeout counts as what was waited, in response and service time', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 1_000 },
    connections: 1,
    timeoutMs: 500,
    serve: ({ atMs }) => (atMs === 0 ? 'silent' : { afterMs: 1 }),
  });
  assert.deepEqual(result.total.errors, { timeout: 1 });
  assert.equal(result.total.censored, 1);
  assert.ok(result.total.serviceTimeUs.max >= 500_000 && result.total.serviceTimeUs.max <= 520_000);
  assert.equal(result.total.serviceTimeUs.count, 10);
  checkSums(result);
});

test('[LOAD-66] the bound of exact percentiles is the smallest censored sample, from whichever start is later', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 500 },
    connections: 1,
    timeoutMs: 200,
    drainMs: 2_000,
    serve: () => 'silent',
  });
  // Each waits for the one before it, so response times grow while service times stay at the timeout.
  assert.deepEqual(result.total.errors, { timeout: 5 });
  assert.equal(result.total.censoredFromUs, result.total.serviceTimeUs.min);
  assert.ok(result.total.serviceTimeUs.max <= 220_000);
  assert.ok(result.total.responseTimeUs.max >= 600_000);
  checkSums(result);
});

test('[LOAD-68] seconds count by the intended second', async () => {
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'ramp', fromPerSecond: 0, toPerSecond: 40, durationMs: 4_000 },
    serve: ({ atMs }) => ({ afterMs: 5, ...(atMs >= 3_000 ? { status: 500 } : {}) }),
  });
  assert.deepEqual(
    result.seconds.map(({ second, planned, ok, errors }) => [second, planned, ok, errors]),
    [
      [0, 5, 5, 0],
      [1, 15, 15, 0],
      [2, 25, 25, 0],
      [3, 35, 0, 35],
    ],
  );
});

test('[LOAD-73] progress is told about four times a second', async () => {
  const told: number[] = [];
  await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 2_000 },
    serve: () => ({ afterMs: 100 }),
    onProgress: ({ elapsedMs, planned, sent, completed, errors }) => {
      told.push(elapsedMs);
      assert.ok(completed <= sent && sent <= planned && errors === 0);
    },
  });
  assert.ok(told.length >= 6 && told.length <= 10, `${told.length}`);
});

test('[LOAD-74] the times of what failed are kept apart, and are in the others too', async () => {
  let count = 0;
  const { result } = await runVirtually({
    scenario: ONE_STEP,
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 1_000 },
    serve: () => (count++ % 5 === 0 ? { afterMs: 1, status: 503 } : { afterMs: 40 }),
  });
  const { responseTimeUs, refusedResponseTimeUs, serviceTimeUs, refusedServiceTimeUs } = result.total;
  assert.deepEqual([responseTimeUs.count, refusedResponseTimeUs.count], [10, 2]);
  assert.deepEqual([serviceTimeUs.count, refusedServiceTimeUs.count], [10, 2]);
  assert.deepEqual([refusedServiceTimeUs.min, refusedServiceTimeUs.max], [1_000, 1_000]);
});
