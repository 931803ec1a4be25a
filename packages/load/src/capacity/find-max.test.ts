import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, Histogram, systemClock } from 'millrace/core';
import { LOAD_ERRORS } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import type { LoadOptions } from '../run/index.ts';
import { defineScenario } from '../scenario/index.ts';
import { findMax, findMaxTime } from './find-max.ts';
import type { CapacityStep } from './search.ts';
import { parseSlo } from './slo-text.ts';

const scenario = defineScenario<unknown>({
  ...{ name: 'GET /', users: 1, createUser: () => undefined },
  steps: [{ name: 'GET /', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
const LOAD = { target: 'http://127.0.0.1:1', scenario, seed: 1 } as const;
const SLO = parseSlo('http.p99<50ms,errors<0.1%');

interface Double {
  /** Requests a second that it answers; what is more is refused at once. */
  readonly bucket: number;
  /** The generator is late above. */
  readonly late?: number;
  /** It hangs after a refusal. */
  readonly hangs?: boolean;
}

/** Runs against a token bucket, in no time. */
function bucketRun({ bucket, late = Number.POSITIVE_INFINITY, hangs = false }: Double) {
  let refusedAny = false;
  return async ({ arrivals }: LoadOptions<unknown>): Promise<LoadResult> => {
    assert.ok(arrivals.kind === 'constant');
    const { ratePerSecond, durationMs } = arrivals;
    const planned = (ratePerSecond * durationMs) / 1_000;
    const refused = Math.round(Math.max(0, planned * (1 - bucket / ratePerSecond)));
    const timeouts = hangs && refusedAny ? 1 : 0;
    refusedAny ||= refused > 0;
    const times = new Histogram();
    for (let i = 0; i < planned; i++) times.record(ratePerSecond > late ? 80_000 : 2_000);
    const refusals = new Histogram();
    for (let i = 0; i < refused; i++) refusals.record(ratePerSecond > late ? 80_000 : 2_000);
    const total = {
      ...{ ok: planned - refused, errors: { status: refused, timeout: timeouts }, interrupted: 0 },
      ...{ censored: 0, censoredFromUs: 0, responseTimeUs: times.snapshot() },
      refusedResponseTimeUs: refusals.snapshot(),
    };
    const verdict = ratePerSecond > late ? 'invalid' : 'valid';
    return { achievedRatio: 1, total, validity: { verdict, reasons: [] } } as unknown as LoadResult;
  };
}

test('[CAP-30] the limit of a token bucket is found within 5 %, with the rate that was too much', async () => {
  for (const bucket of [130, 997, 7_300]) {
    const steps: CapacityStep[] = [];
    const found = await findMax({
      ...{ load: LOAD, slo: SLO, run: bucketRun({ bucket }), onStep: (step) => steps.push(step) },
    });
    const { perSecond, missedPerSecond } = found;
    assert.ok(perSecond !== null && missedPerSecond !== null);
    // What lies below the share of errors that the SLO allows hides above.
    assert.ok(perSecond >= bucket / 1.05 && perSecond <= bucket * 1.001, `${perSecond} of ${bucket}`);
    assert.ok(missedPerSecond > bucket && missedPerSecond <= perSecond * 1.05, `${missedPerSecond} of ${bucket}`);
    assert.deepEqual([found.bound, found.limitedBy, found.scenario], ['exact', 'slo', 'GET /']);
    assert.deepEqual(steps, found.steps);
  }
});

test('[CAP-30] the highest rate, a late generator, a service that does not hold the first rate, one that hangs', async () => {
  const search = async (double: Double) => {
    const found = await findMax({ load: LOAD, slo: SLO, toPerSecond: 3_000, run: bucketRun(double) });
    return [found.perSecond, found.bound, found.limitedBy, found.missedPerSecond];
  };
  assert.deepEqual(await search({ bucket: 9_999 }), [3_000, 'at-least', 'range', null]);
  const [rate, ...rest] = await search({ bucket: 9_999, late: 1_000 });
  assert.ok(Number(rate) > 950 && Number(rate) <= 1_000, String(rate));
  assert.deepEqual(rest.slice(0, 2), ['at-least', 'generator']);
  assert.deepEqual(await search({ bucket: 10 }), [0, 'exact', 'slo', 50]);
  assert.equal((await search({ bucket: 500, hangs: true }))[2], 'unsettled');
});

test('[CAP-30] a search that is stopped says what it knows', async () => {
  const stop = new AbortController();
  const run = bucketRun({ bucket: 9_999 });
  const onStep = (): void => stop.abort();
  const found = await findMax({ load: LOAD, slo: SLO, run, onStep, signal: stop.signal });
  assert.deepEqual(
    [found.limitedBy, found.steps.length, found.perSecond],
    ['stopped', 1, found.steps[0]?.ratePerSecond],
  );
});

test('[CAP-30] each step and each probe sends data of its own', async () => {
  const seeds: number[] = [];
  const answer = bucketRun({ bucket: 300 });
  const run: typeof answer = (options) => {
    seeds.push(options.seed);
    return answer(options);
  };
  await findMax({ load: LOAD, slo: SLO, run });
  assert.ok(seeds.length > 8);
  assert.equal(new Set(seeds).size, seeds.length);
});

test('[CAP-32] a service that is gone after its first step leaves what was found; one that never was there is an error', async () => {
  for (const kind of ['step', 'probe'] as const) {
    const answer = bucketRun({ bucket: 9_999 });
    let left = kind === 'step' ? 4 : 3;
    const run: typeof answer = (options) => {
      if (left-- > 0) return answer(options);
      throw LOAD_ERRORS.create('MILLRACE_LOAD_TARGET_UNREACHABLE', { target: LOAD.target, reason: 'refused' });
    };
    const { perSecond, limitedBy, bound, steps } = await findMax({ load: LOAD, slo: SLO, run });
    assert.deepEqual([limitedBy, bound, steps.length], ['died', 'at-least', 2], kind);
    assert.equal(perSecond, steps[1]?.ratePerSecond, kind);
    left = 0;
    await assert.rejects(findMax({ load: LOAD, slo: SLO, run }), { code: 'MILLRACE_LOAD_TARGET_UNREACHABLE' });
  }
});

test('[CAP-32] a service that answers probes with lost connections has not come to rest', async () => {
  for (const error of ['connect', 'reset'] as const) {
    const answer = bucketRun({ bucket: 9_999 });
    const run: typeof answer = async (options) => {
      const result = await answer(options);
      const isProbe = options.arrivals.kind === 'constant' && options.arrivals.durationMs < 4_000;
      return isProbe ? { ...result, total: { ...result.total, errors: { [error]: 1 } } } : result;
    };
    const { limitedBy, steps } = await findMax({ load: LOAD, slo: SLO, run });
    assert.deepEqual([limitedBy, steps.length], ['unsettled', 1], error);
  }
});

test('[CAP-33] an SLO of seconds has time for all of its steps; one too long for any step is refused by its name', async () => {
  const slo = { p99Ms: 2_000, errorShare: 0.001 };
  const answer = bucketRun({ bucket: 700 });
  let spentMs = 0;
  const clock: Clock = { ...systemClock, now: () => spentMs };
  const run: typeof answer = async (options) => {
    const { arrivals } = options;
    if (arrivals.kind === 'constant') spentMs += arrivals.durationMs;
    return answer(options);
  };
  const found = await findMax({ load: LOAD, slo, run, clock });
  assert.equal(found.limitedBy, 'slo');
  assert.ok(spentMs > 600_000 && spentMs <= findMaxTime({ slo }).usualMs, `${spentMs} ms`);
  assert.ok(findMaxTime({ slo: { ...slo, p99Ms: 14_000 } }).usualMs > 0);
  const tooLong = findMax({ load: LOAD, slo: { ...slo, p99Ms: 15_000 }, run });
  await assert.rejects(tooLong, { code: 'MILLRACE_LOAD_OPTION_INVALID', message: /slo\.p99Ms/ });
});

test('[CAP-31] an SLO is a P99 and a share of errors, each below its bound', () => {
  assert.deepEqual(parseSlo('http.p99<200ms,errors<0.1%'), { p99Ms: 200, errorShare: 0.001 });
  assert.deepEqual(parseSlo(' errors<0.5% , http.p99 < 1.5s'), { p99Ms: 1_500, errorShare: 0.005 });
  assert.deepEqual(parseSlo('http.p99<50'), { p99Ms: 50, errorShare: 0.001 });
  for (const text of [
    '',
    'errors<1%',
    'http.p99>200',
    'http.p95<200',
    'http.p99<=200',
    'http.p99<1,http.p99<2',
    'service.p99<1',
    'http.p99<1,rate>0.9',
    'list.p99<1',
  ]) {
    assert.throws(() => parseSlo(text), { code: 'MILLRACE_LOAD_THRESHOLD_INVALID' }, text);
  }
});

test('[CAP-34] a search ends within what is said before it starts, however long its service takes to rest', async () => {
  const limitMs = 60_000;
  for (const restTries of [1, 3, 20]) {
    const answer = bucketRun({ bucket: 700 });
    let [spentMs, tries] = [0, 0];
    const clock: Clock = { ...systemClock, now: () => spentMs };
    const run: typeof answer = async (options) => {
      const { arrivals, drainMs = 0 } = options;
      spentMs += (arrivals.kind === 'constant' ? arrivals.durationMs : 0) + drainMs;
      const result = await answer(options);
      const isProbe = arrivals.kind === 'constant' && arrivals.durationMs < 4_000;
      tries = isProbe ? tries + 1 : 0;
      return isProbe && tries < restTries ? { ...result, total: { ...result.total, errors: { reset: 1 } } } : result;
    };
    const { usualMs, mostMs } = findMaxTime({ slo: SLO, limitMs });
    const found = await findMax({ load: LOAD, slo: SLO, run, clock, limitMs });
    assert.ok(found.steps.length > 1 && spentMs <= mostMs, `${spentMs} of ${mostMs} ms`);
    assert.ok(usualMs <= mostMs && mostMs > limitMs);
  }
  const free = findMaxTime({ slo: SLO });
  assert.ok(free.usualMs < free.mostMs && free.mostMs > 600_000);
});
