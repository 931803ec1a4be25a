import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { differenceCheck, type PartFinding, type SelfTestCheck, shareCheck, timeMs } from './check.ts';
import { delayGoalMs } from './delay-part.ts';
import type { KnownStall } from './known-stall.ts';
import { overloadChecks } from './overload-part.ts';
import { pacingChecks } from './pacing-part.ts';
import { judgeFindings, runSelfTest } from './self-test.ts';
import { stallChecks } from './stall-part.ts';
import { startTestServer } from './started-server.ts';

const NONE: HistogramSnapshot = new Histogram().snapshot();

function histogramOf(valuesUs: Iterable<number>): HistogramSnapshot {
  const times = new Histogram();
  for (const us of valuesUs) times.record(us);
  return times.snapshot();
}

function brief(checks: readonly SelfTestCheck[]): unknown[] {
  return checks.map(({ figure, met }) => `${figure} ${met ? 'met' : 'missed'}`);
}

test('[SELF-1] the server says how long it held an answer, and ends when it is disposed', async () => {
  const server = await startTestServer(1_000);
  {
    using _ = server;
    const answer = await fetch(`${server.target}/delay/20`);
    // A timer may fire up to one of its milliseconds early.
    assert.ok(Number(answer.headers.get('x-held-us')) >= 18_500, String(answer.headers.get('x-held-us')));
    assert.equal((await fetch(server.target)).status, 200);
  }
  let refused = false;
  while (!refused) {
    refused = await fetch(server.target, { signal: AbortSignal.timeout(10_000) }).then(
      () => false,
      () => true,
    );
  }
});

test('[SELF-4] a server of 100 answers a second takes 290 ms for thirty at once, or longer', async () => {
  using server = await startTestServer(100);
  const startedAt = performance.now();
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async () => (await fetch(`${server.target}/slot`)).status),
  );
  assert.ok(performance.now() - startedAt >= 289);
  assert.ok(statuses.every((status) => status === 200));
});

test('[SELF-2] a delay may be missed by 0.2 ms, or by 1 % where that is more', () => {
  assert.deepEqual([5, 20, 100].map(delayGoalMs), [0.2, 0.2, 1]);
  const check = (measured: number): boolean =>
    differenceCheck({ part: 'delay', condition: 100, figure: 'p99', measured, truth: 100 }, 'ms', delayGoalMs(100)).met;
  assert.deepEqual([98.9, 99.1, 100.9, 101.1].map(check), [false, true, true, false]);
});

test('[SELF-3] a stall may be missed by 2 %, each way, and by no sample; the median is not judged', () => {
  const found = (measuredUs: number, count: number): KnownStall =>
    ({
      figures: (['p50', 'p99', 'max'] as const).map((name) => ({ name, measuredUs, trueUs: 1_000_000, error: 0 })),
      result: { total: { responseTimeUs: { ...NONE, count } } },
    }) as unknown as KnownStall;
  assert.deepEqual(brief(stallChecks(found(1_019_000, 20_000), 1_000, 20_000)), ['p99 met', 'max met', 'samples met']);
  assert.deepEqual(brief(stallChecks(found(979_000, 19_999), 1_000, 20_000)), [
    'p99 missed',
    'max missed',
    'samples missed',
  ]);
});

test('[SELF-4, SELF-9] the waits of a fluid queue are met; 5 % more are not; a shorter overload has shorter waits', () => {
  const waits = (durationMs: number, factor: number): HistogramSnapshot =>
    histogramOf(Array.from({ length: 2 * durationMs }, (_, i) => i * 500 * factor));
  const met = ['p50 met', 'p90 met', 'samples met'];
  const checks = overloadChecks(waits(10_000, 1), 20_000, 10_000);
  assert.deepEqual(brief(checks), met);
  assert.deepEqual(
    checks.map(({ truth }) => truth),
    [5_000, 9_000, 20_000],
  );
  assert.deepEqual(brief(overloadChecks(waits(2_000, 1), 4_000, 2_000)), met);
  assert.deepEqual(brief(overloadChecks(waits(10_000, 1.05), 20_000, 10_000)), [
    'p50 missed',
    'p90 missed',
    'samples met',
  ]);
  assert.deepEqual(brief(overloadChecks(waits(10_000, 1), 19_999, 10_000)), ['p50 met', 'p90 met', 'samples missed']);
});

test('[SELF-5, SELF-6] each rate is judged by what went out in time, each way of pacing by its lag at one rate', () => {
  const paced = (achievedRatio: number, lagUs: number) => ({
    achievedRatio,
    generator: { sendLagUs: histogramOf(new Array<number>(10_000).fill(lagUs)) },
  });
  assert.deepEqual(brief(pacingChecks({ pacing: 'precise', ratePerSecond: 100 }, paced(0.9985, 5_000))), [
    'achieved missed',
  ]);
  assert.deepEqual(brief(pacingChecks({ pacing: 'precise', ratePerSecond: 10_000 }, paced(0.9995, 90))), [
    'achieved met',
    'p99 met',
    'p99.9 met',
  ]);
  assert.deepEqual(brief(pacingChecks({ pacing: 'precise', ratePerSecond: 10_000 }, paced(1, 900))), [
    'achieved met',
    'p99 missed',
    'p99.9 met',
  ]);
  const eco = [1_400, 1_600].flatMap((lagUs) =>
    pacingChecks({ pacing: 'eco', ratePerSecond: 5_000 }, paced(0.9, lagUs)),
  );
  assert.deepEqual(brief(eco), ['p99 met', 'p99 missed']);
});

test('[SELF-7] a figure without samples misses its goal', () => {
  const subject = { part: 'delay', condition: 5, figure: 'p50', measured: timeMs(NONE, 'p50'), truth: 5 } as const;
  assert.equal(differenceCheck(subject, 'ms', 0.2).met, false);
  assert.equal(shareCheck(subject, 0.02).met, false);
});

test('[SELF-8] invalid comes before missed, and an interruption before both', () => {
  const check = (error: number): SelfTestCheck =>
    differenceCheck({ part: 'delay', condition: 5, figure: 'p50', measured: 5 + error, truth: 5 }, 'ms', 0.2);
  const late = { code: 'loop-late', values: { ms: 30, boundMs: 20 } } as const;
  const finding = (error: number, isValid = true): PartFinding => ({
    checks: [check(error)],
    validities: [{ verdict: isValid ? 'valid' : 'invalid', reasons: isValid ? [] : [late] }],
  });
  assert.equal(judgeFindings([finding(0), finding(0.1)], false).verdict, 'met');
  assert.equal(judgeFindings([finding(0), finding(0.3)], false).verdict, 'missed');
  const spoilt = judgeFindings([finding(0.3), finding(0, false)], false);
  assert.deepEqual([spoilt.verdict, spoilt.reasons, spoilt.checks.length], ['invalid', [late], 2]);
  assert.equal(judgeFindings([finding(0, false)], true).verdict, 'interrupted');
});

test('[SELF-8] a self-test that is told to end ends with what was finished', async () => {
  const stop = new AbortController();
  const parts: string[] = [];
  const running = runSelfTest({
    isQuick: true,
    signal: stop.signal,
    onChecks: (checks) => parts.push(checks[0]?.part ?? ''),
  });
  stop.abort();
  const { verdict, checks } = await running;
  assert.deepEqual([verdict, checks, parts], ['interrupted', [], []]);
  await assert.rejects(runSelfTest({ seed: -1 }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});
