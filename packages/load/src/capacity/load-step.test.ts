import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { type LoadResult, percentileOf, type StepResult } from '../result/index.ts';
import type { LoadOptions, LoadProgress } from '../run/index.ts';
import { defineScenario } from '../scenario/index.ts';
import { isLost, type LoadStepOptions, runLoadStep } from './load-step.ts';
import { findCapacity, type StepPlan } from './search.ts';
import { judgeStep } from './slo.ts';

const SLO = { p99Ms: 200, errorShare: 0.001 };
const PLAN: StepPlan = { index: 0, ratePerSecond: 1_000, durationMs: 4_000 };

const scenario = defineScenario({
  name: 'one page',
  users: 1,
  createUser: () => ({}),
  steps: [{ name: 'page', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

function timesUs(timesMs: readonly number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const time of timesMs) histogram.record(time * 1_000);
  return histogram.snapshot();
}

interface Outcome {
  readonly answeredMs: readonly number[];
  readonly refusedMs?: readonly number[];
  readonly censoredMs?: readonly number[];
  readonly cutOffMs?: readonly number[];
  readonly errors?: StepResult['errors'];
  readonly valid?: boolean;
  readonly achievedRatio?: number;
  readonly queuedMax?: number;
}

function resultOf(outcome: Outcome): LoadResult {
  const { answeredMs, refusedMs = [], censoredMs = [], cutOffMs = [], errors = {}, valid = true } = outcome;
  const total = {
    ok: answeredMs.length,
    errors,
    censored: censoredMs.length,
    censoredFromUs: censoredMs.length === 0 ? 0 : Math.min(...censoredMs) * 1_000,
    responseTimeUs: timesUs([...answeredMs, ...refusedMs, ...censoredMs]),
    refusedResponseTimeUs: timesUs(refusedMs),
    cutOff: { responseTimeUs: timesUs(cutOffMs), serviceTimeUs: timesUs(cutOffMs) },
  };
  const { achievedRatio = 1 } = outcome;
  const generator = { queuedMax: outcome.queuedMax ?? 0 };
  return { total, achievedRatio, generator, validity: { verdict: valid ? 'valid' : 'invalid' } } as LoadResult;
}

const load = ({ ratePerSecond, durationMs }: StepPlan): LoadStepOptions['load'] => ({
  target: 'http://127.0.0.1:1',
  scenario,
  seed: 1,
  arrivals: { kind: 'constant', ratePerSecond, durationMs },
});

function step(outcome: Outcome, options: Partial<LoadStepOptions> = {}, plan = PLAN) {
  return runLoadStep(plan, {
    run: async () => resultOf(outcome),
    load: load(plan),
    slo: SLO,
    settle: async () => true,
    ...options,
  });
}

const of = (count: number, ms: number): number[] => new Array<number>(count).fill(ms);
const at = (planned: number, completed: number): LoadProgress => {
  return { elapsedMs: 0, planned, sent: planned, completed, errors: 0 };
};

/** A service of one worker that takes as long for each request, as a run would have seen it. */
function oneWorker(serviceMs: number): LoadStepOptions['run'] {
  return async ({ arrivals, onProgress, signal }: LoadOptions<unknown>) => {
    const { ratePerSecond, durationMs } = arrivals as { ratePerSecond: number; durationMs: number };
    const dueAt = Array.from(
      { length: Math.ceil((ratePerSecond * durationMs) / 1_000) },
      (_, i) => (i * 1_000) / ratePerSecond,
    );
    let free = 0;
    const doneAt = dueAt.map((due) => {
      free = Math.max(free, due) + serviceMs;
      return free;
    });
    let now = 0;
    while (now < durationMs && signal?.aborted !== true) {
      now = Math.min(durationMs, now + 250);
      const planned = dueAt.filter((due) => due <= now).length;
      onProgress?.({
        elapsedMs: now,
        planned,
        sent: planned,
        completed: doneAt.filter((done) => done <= now).length,
        errors: 0,
      });
    }
    const times = dueAt.map((due, i) => ({ waited: (doneAt[i] as number) - due, done: doneAt[i] as number }));
    const answeredMs = times.filter(({ done }) => signal?.aborted !== true || done <= now).map(({ waited }) => waited);
    return resultOf({ answeredMs });
  };
}

test('[CAP-5] a step is lost when more are too late than its P99 forgives, and not before', () => {
  assert.equal(isLost(at(4_000, 3_759), PLAN, SLO), false);
  assert.equal(isLost(at(4_000, 3_758), PLAN, SLO), true);
});

test('[CAP-5] a lost step ends at once, and is missed although those who were answered were answered quickly', async () => {
  const measured = await runLoadStep(PLAN, {
    run: async ({ onProgress, signal }) => {
      onProgress?.(at(500, 400));
      assert.equal(signal?.aborted, false);
      onProgress?.(at(900, 400));
      assert.equal(signal?.aborted, true);
      return resultOf({ answeredMs: of(1_998, 30), refusedMs: of(2, 5), errors: { status: 2 } });
    },
    load: load(PLAN),
    slo: SLO,
    settle: async () => true,
  });
  assert.equal(measured.errorShare, 2 / 2_000);
  assert.deepEqual(measured.p99, { kind: 'at-least', us: 200_000 });
  assert.equal(judgeStep({ ...measured, errorShare: 0 }, SLO), 'missed');
});

test('[CAP-5] a step that ends early would have missed its SLO in full', async () => {
  const limits = fc.integer({ min: 100, max: 400 });
  const property = fc.asyncProperty(limits, fc.integer({ min: 100, max: 1_500 }), async (limit, ratePerSecond) => {
    const plan = { index: 0, ratePerSecond, durationMs: 10_000 };
    let lost = false;
    const { total } = await oneWorker(1_000 / limit)({
      ...load(plan),
      onProgress: (progress) => {
        lost ||= isLost(progress, plan, SLO);
      },
    });
    const p99 = percentileOf({ histogram: total.responseTimeUs }, 99);
    if (lost) assert.ok(p99.kind === 'value' && p99.us > 200_000, JSON.stringify(p99));
    if (ratePerSecond > 1.2 * limit) assert.ok(lost);
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 40 });
});

test('[CAP-6] refusals are errors and no times; what was never answered is a time of at least that', async () => {
  const refused = await step({ answeredMs: of(1_000, 30), refusedMs: of(500, 1), errors: { status: 500 } });
  assert.deepEqual([refused.p99.kind, refused.errorShare], ['value', 1 / 3]);
  const unanswered = await step({ answeredMs: of(1_000, 30), censoredMs: of(20, 500), errors: { timeout: 20 } });
  assert.equal(unanswered.p99.kind, 'at-least');
  assert.equal(unanswered.errorShare, 20 / 1_020);
});

test('[CAP-6] what was cut off is a time of at least what it had waited, and no error', async () => {
  const cutOff = await step({ answeredMs: of(990, 30), cutOffMs: of(20, 150) });
  assert.deepEqual([cutOff.p99.kind, cutOff.errorShare], ['at-least', 0]);
  const { p99 } = cutOff;
  assert.ok(p99.kind === 'at-least' && Math.abs(p99.us / 150_000 - 1) < 0.01);
});

test('[CAP-4] the verdict of the run and the achieved rate are handed on', async () => {
  const measured = await step(
    { answeredMs: of(1_000, 1), valid: false, achievedRatio: 0.97 },
    { settle: async () => false },
  );
  assert.deepEqual([measured.valid, measured.achievedRatio, measured.settled], [false, 0.97, false]);
});

test('[CAP-7] connections enough for a service that holds its SLO, and the drain to see it', async () => {
  const given: LoadOptions<unknown>[] = [];
  const run: LoadStepOptions['run'] = async (options) => {
    given.push(options);
    return resultOf({ answeredMs: [] });
  };
  await step({ answeredMs: [] }, { run });
  await step({ answeredMs: [] }, { run }, { ...PLAN, ratePerSecond: 20 });
  await step({ answeredMs: [] }, { run }, { ...PLAN, ratePerSecond: 90_000 });
  await step({ answeredMs: [] }, { run, load: { ...load(PLAN), maxConnections: 5, drainMs: 7 } });
  assert.deepEqual(
    given.map(({ maxConnections, drainMs }) => [maxConnections, drainMs]),
    [
      [200, 500],
      [64, 500],
      [10_000, 500],
      [5, 7],
    ],
  );
});

test('[CAP-17] a stop reaches the run', async () => {
  const stop = new AbortController();
  const run: LoadStepOptions['run'] = async ({ signal }) => {
    stop.abort();
    assert.equal(signal?.aborted, true);
    return resultOf({ answeredMs: [] });
  };
  await step({ answeredMs: [] }, { run, signal: stop.signal });
});

test('[CAP-13] a queue of one worker is found to serve what it serves', async () => {
  const property = fc.asyncProperty(fc.integer({ min: 30, max: 2_000 }), async (perSecond) => {
    const run = oneWorker(1_000 / perSecond);
    const found = await findCapacity({
      runStep: (plan) => runLoadStep(plan, { run, load: load(plan), slo: SLO, settle: async () => true }),
      slo: SLO,
      startPerSecond: 20,
      maxPerSecond: 4_000,
    });
    assert.equal(found.limitedBy, 'slo');
    // In a step of four seconds an excess of five percent makes nobody wait for 200 ms.
    const rate = found.perSecond ?? 0;
    assert.ok(rate >= perSecond / 1.15 && rate <= perSecond * 1.06, `${rate} of ${perSecond}`);
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 15 });
});

test('[CAP-7] a queue before the most connections there are is no queue of the service: the step says nothing about it', async () => {
  const slow = { answeredMs: of(1_000, 900) };
  const judge = async (queuedMax: number, ratePerSecond: number) =>
    judgeStep(await step({ ...slow, queuedMax }, {}, { ...PLAN, ratePerSecond }), SLO);
  assert.equal(await judge(3, 90_000), 'generator');
  assert.equal(await judge(0, 90_000), 'missed');
  assert.equal(await judge(3, 40_000), 'missed');
});
