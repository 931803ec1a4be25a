import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { type FlowResult, type LoadResult, mergeStepResults, type StepResult } from '../result/index.ts';
import { judgeThresholds } from './judge-thresholds.ts';
import { parseThreshold } from './threshold.ts';

function times(...groups: [count: number, ms: number][]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const [count, ms] of groups) for (let i = 0; i < count; i++) histogram.record(ms * 1_000);
  return histogram.snapshot();
}

/** A run of 1,000 good answers in 10 ms each, but for `more`. */
function resultOf(more: Partial<StepResult> = {}, run: Partial<LoadResult> = {}): LoadResult {
  const step = { sent: 1_000, ok: 1_000, responseTimeUs: times([1_000, 10]), serviceTimeUs: times([1_000, 8]) };
  const total = { ...mergeStepResults([]), ...step, ...more };
  return { total, achievedRatio: 1, arrivals: { planned: 1_000 }, ...run } as LoadResult;
}

function outcomeOf(text: string, result: LoadResult): string {
  return judgeThresholds([parseThreshold(text)], result)[0]?.outcome ?? '';
}

test('[THRESHOLD-2] each metric is compared with its bound', () => {
  const result = resultOf({ errors: { timeout: 3, status: 2 }, resent: 20 }, { achievedRatio: 0.98 });
  for (const [met, missed] of [
    ['http.p99<=10.1', 'http.p99<9.9'],
    ['http.mean<10.1', 'http.mean>10.1'],
    ['service.max<8.1', 'service.max<=7.9'],
    ['errors<=0.5%', 'errors<0.5%'],
    ['errors.timeout<0.4%', 'errors.timeout<=0.2%'],
    ['errors.reset<=0', 'errors.status<=0'],
    ['resent<=2%', 'resent<2%'],
    ['rate>=98%', 'rate<=97.9%'],
    ['rate>=0.98', 'rate>0.98'],
  ] as const) {
    assert.equal(outcomeOf(met, result), 'met', met);
    assert.equal(outcomeOf(missed, result), 'missed', missed);
  }
});

test('[THRESHOLD-5] a quick refusal makes no time better', () => {
  const refused = times([500, 1]);
  const mixed = times([500, 1], [1_000, 10]);
  const result = resultOf({ errors: { status: 500 }, responseTimeUs: mixed, refusedResponseTimeUs: refused });
  assert.equal(outcomeOf('http.mean<9', result), 'missed');
  assert.equal(outcomeOf('http.p50<9', result), 'missed');
});

test('[THRESHOLD-6] errors are of all that ended; what was resent is of what was sent', () => {
  const result = resultOf({ sent: 100, resent: 1, errors: { unsent: 1 }, responseTimeUs: times([10, 1]) });
  const [errors, resent] = judgeThresholds([parseThreshold('errors<1%'), parseThreshold('resent<2%')], result);
  assert.deepEqual([errors?.value, resent?.value], [0.1, 0.01]);
});

test('[THRESHOLD-3] a share that is just the bound is met by it', () => {
  for (let errors = 0; errors <= 1_000; errors++) {
    const text = `errors<=${errors / 10}%`;
    assert.equal(outcomeOf(text, resultOf({ errors: { timeout: errors } })), 'met', text);
  }
});

test('[THRESHOLD-7] a lower bound can miss what must be less and meet what must be more, and else is unknown', () => {
  const censored = { censored: 600, censoredFromUs: 5_000 };
  const result = resultOf({ ...censored, errors: { timeout: 600 } });
  assert.equal(outcomeOf('http.p99<9', result), 'missed');
  assert.equal(outcomeOf('http.p99<11', result), 'unknown');
  assert.equal(outcomeOf('http.p99>9', result), 'met');
  assert.equal(outcomeOf('http.p99>11', result), 'unknown');
  assert.equal(outcomeOf('http.max<11', result), 'unknown');
  assert.equal(outcomeOf('http.p50<11', resultOf({ ...censored, censoredFromUs: 20_000 })), 'met');
});

test('[THRESHOLD-8] a figure of too little is unknown, and says how much it needs', () => {
  const few = resultOf({ responseTimeUs: times([999, 10]) });
  const nothing = resultOf({ ...mergeStepResults([]) }, { arrivals: { planned: 0 } as LoadResult['arrivals'] });
  const [p99] = judgeThresholds([parseThreshold('http.p99<200')], few);
  assert.deepEqual([p99?.outcome, p99?.value, p99?.samplesNeeded], ['unknown', null, 1_000]);
  for (const text of ['http.mean<1', 'errors<1%', 'resent<1%', 'rate>0.5']) {
    assert.equal(outcomeOf(text, nothing), 'unknown', text);
  }
});

/** 1,000 iterations of a flow in 40 ms each, but for `more`. */
function flowOf(more: Partial<FlowResult> = {}): FlowResult {
  const { responseTimeUs, serviceTimeUs, refusedResponseTimeUs, refusedServiceTimeUs } = mergeStepResults([]);
  const none = { responseTimeUs, serviceTimeUs, refusedResponseTimeUs, refusedServiceTimeUs };
  const counts = { planned: 1_000, ok: 1_000, failed: 0, interrupted: 0, unstarted: 0, censored: 0, censoredFromUs: 0 };
  return { ...counts, ...none, responseTimeUs: times([1_000, 40]), reasons: [], ...more };
}

test('[THRESHOLD-10] flows, checks and single rows have thresholds of their own', () => {
  const result = resultOf(
    {},
    {
      steps: { 'GET /items': { ...mergeStepResults([]), sent: 10, resent: 1, responseTimeUs: times([1_000, 30]) } },
      groups: { buy: flowOf({ responseTimeUs: times([1_000, 70]) }) },
      flows: { browse: flowOf(), order: flowOf({ ok: 900, failed: 100, responseTimeUs: times([1_000, 80]) }) },
      checks: [
        { name: 'has items', passed: 99, failed: 1 },
        { name: 'is new', passed: 100, failed: 0 },
      ],
    },
  );
  for (const [met, missed] of [
    ['[GET /items].p99<31', '[GET /items].p99<29'],
    ['[GET /items].resent<=10%', '[GET /items].resent<10%'],
    ['[GET /items].errors<=0', '[GET /items].errors>0'],
    ['buy.mean<71', 'buy.mean<69'],
    ['flow.p50<41', 'flow.p50<39'],
    ['flow.max<81', 'flow.max<79'],
    ['flow[browse].max<41', 'flow[browse].max<39'],
    ['flow.failed<=5%', 'flow.failed<5%'],
    ['flow[order].failed<=10%', 'flow[browse].failed>0'],
    ['checks>=99.5%', 'checks>99.5%'],
    ['checks[is new]>=1', 'checks[has items]>=1'],
  ] as const) {
    assert.equal(outcomeOf(met, result), 'met', met);
    assert.equal(outcomeOf(missed, result), 'missed', missed);
  }
  for (const text of ['none.p99<1', 'none.errors<1%', 'flow[none].p99<1', 'flow[none].failed<1%', 'checks[none]>0.5']) {
    const [found] = judgeThresholds([parseThreshold(text)], result);
    assert.deepEqual([found?.outcome, found?.value, found?.samplesNeeded], ['unknown', null, 0], text);
  }
});

test('[THRESHOLD-9] outcomes are what the schema says, and as JSON they are the same again', async () => {
  const file = new URL('../../schemas/load-result.schema.json', import.meta.url);
  const ajv = new Ajv2020({ strict: true }).addSchema(JSON.parse(await readFile(file, 'utf8')) as object, 'run');
  const validate = ajv.compile({ $ref: 'run#/properties/thresholds' });
  const texts = [
    'http.p99<200',
    'service.mean<=1ms',
    'errors<1%',
    'errors.timeout<=0',
    'resent<1%',
    'rate>=0.99',
    'checks>0.9',
    'flow[a].failed<1%',
    'a.p99<1',
  ];
  const thresholds = [...texts, 'http.p99.9<5'].map(parseThreshold);
  for (const result of [resultOf(), resultOf({ censored: 999, censoredFromUs: 1 }), resultOf(mergeStepResults([]))]) {
    const outcomes = judgeThresholds(thresholds, result);
    const written = JSON.parse(JSON.stringify(outcomes)) as typeof outcomes;
    assert.ok(validate(written), JSON.stringify(validate.errors));
    assert.equal(JSON.stringify(written), JSON.stringify(outcomes));
    assert.deepEqual(
      written.map(({ threshold, outcome, value }) => [threshold.text, outcome, value]),
      outcomes.map(({ threshold, outcome, value }) => [threshold.text, outcome, value]),
    );
  }
  const [planted] = judgeThresholds(thresholds, resultOf());
  for (const fault of [{ outcome: 'good' }, { value: -1 }, { threshold: { text: 'x' } }, { more: 1 }]) {
    assert.equal(validate([{ ...planted, ...fault }]), false, JSON.stringify(fault));
  }
});
