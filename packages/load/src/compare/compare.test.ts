import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compareRuns } from './compare.ts';
import type { Comparison, MetricComparison } from './comparison.ts';
import { flowOf, type RunShape, runOf, runsOf } from './noise.test.ts';

const FAST = [10, 10.1, 9.9, 10.05, 9.95, 10.02];
const SLOW = FAST.map((ms) => ms * 1.3);
const QUICK = { resamples: 300 };

function compare(before: readonly number[], after: readonly number[], shape: RunShape = {}): Comparison {
  return compareRuns([{ name: 'GET /', before: runsOf('a', before), after: runsOf('b', after, shape) }], QUICK);
}

const metricOf = (comparison: Comparison, id: MetricComparison['metric']): MetricComparison =>
  comparison.streams[0]?.metrics.find(({ metric }) => metric === id) as MetricComparison;

test('[COMPARE-1] each metric is read in each round, in milliseconds, answers a second and shares', () => {
  const found = compare(FAST, SLOW, { errors: 4 });
  assert.ok(Math.abs((metricOf(found, 'p50').before ?? 0) - 10) < 0.1);
  assert.ok(Math.abs((metricOf(found, 'p50').change ?? 0) - 0.3) < 0.01);
  const [p95, p99] = [metricOf(found, 'p95').after ?? 0, metricOf(found, 'p99').after ?? 0];
  assert.ok(p95 > 13 && p99 > p95);
  assert.ok(Math.abs((metricOf(found, 'goodput').after ?? 0) - 200) < 1e-9);
  assert.ok(Math.abs((metricOf(found, 'errors').after ?? 0) - 4 / 2_004) < 1e-12);
  assert.deepEqual(found.streams[0]?.rounds, { before: 6, after: 6 });
  assert.equal(found.streams[0]?.roundSeconds, 10);
});

test('[COMPARE-20] [COMPARE-26] slower rounds are worse, and better the other way round', () => {
  assert.equal(compare(FAST, SLOW).verdict, 'worse');
  assert.equal(compare(SLOW, FAST).verdict, 'better');
  assert.equal(
    compare(
      FAST,
      FAST.map((ms) => ms * 1.0005),
    ).verdict,
    'no-difference',
  );
  assert.equal(compare([10], [12]).verdict, 'cannot-tell');
});

test('[COMPARE-26] the worst stream and metric decide; a percentile that no run can have does not', () => {
  const stream = (name: string, after: readonly number[]) => ({
    name,
    before: runsOf(`${name} a`, FAST),
    after: runsOf(`${name} b`, after),
  });
  const both = compareRuns(
    [
      stream('one', SLOW),
      stream(
        'two',
        FAST.map((ms) => ms / 2),
      ),
    ],
    QUICK,
  );
  assert.deepEqual([both.verdict, ...both.streams.map(({ verdict }) => verdict)], ['worse', 'worse', 'better']);
  const short = compareRuns(
    [{ name: 's', before: runsOf('a', FAST, { samples: 500 }), after: runsOf('b', FAST, { samples: 500 }) }],
    QUICK,
  );
  assert.equal(metricOf(short, 'p99').reason, 'few-samples');
  assert.equal(short.verdict, 'no-difference');
});

test('[COMPARE-25] more errors make it worse, whatever the times of the rest', () => {
  const found = compare(SLOW, FAST, { errors: 100 });
  assert.deepEqual([metricOf(found, 'p50').reason, metricOf(found, 'errors').verdict], ['errors-differ', 'worse']);
  assert.equal(found.verdict, 'worse');
});

test('[COMPARE-24] timeouts that reach the P99 leave a bound', () => {
  const censored = { censored: 20, censoredFromUs: 20_000 };
  const found = compare(SLOW, FAST, censored);
  assert.deepEqual([metricOf(found, 'p99').reason, metricOf(found, 'p50').verdict], ['censored', 'better']);
});

test('[COMPARE-10] the same seed gives the same result, to the last digit', () => {
  const sides = [{ name: 's', before: runsOf('a', FAST), after: runsOf('b', SLOW) }];
  assert.deepEqual(compareRuns(sides, QUICK), compareRuns(sides, QUICK));
  assert.notDeepEqual(
    metricOf(compareRuns(sides, QUICK), 'p50').interval,
    metricOf(compareRuns(sides, { ...QUICK, seed: 2 }), 'p50').interval,
  );
});

test('[COMPARE-27] options that do not exist or are out of range are refused', () => {
  const sides = [{ name: 's', before: [runOf('a')], after: [runOf('b')] }];
  const invalid = { code: 'MILLRACE_LOAD_OPTION_INVALID' };
  assert.throws(() => compareRuns(sides, { minEffect: 0 }), invalid);
  assert.throws(() => compareRuns(sides, { seed: 1.5 }), invalid);
  assert.throws(() => compareRuns(sides, { resamples: 10 }), invalid);
  assert.throws(() => compareRuns(sides, { effect: 1 } as never), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

test('[COMPARE-13] the goodput of a single run is told by its seconds under a schedule, not in a closed loop', () => {
  const lost = (kind: 'constant' | 'closed') => {
    const more = { arrivals: { kind, poisson: false, planned: 2_000, durationMs: 10_000, targetPerSecond: 0 } };
    const [before, after] = [runOf('a', { more }), runOf('b', { more, samples: 1_700, errors: 300 })];
    return metricOf(compareRuns([{ name: 's', before: [before], after: [after] }], QUICK), 'goodput');
  };
  const [scheduled, closed] = [lost('constant'), lost('closed')];
  assert.deepEqual([scheduled.basis, scheduled.verdict], ['windows', 'worse']);
  assert.ok(Math.abs((scheduled.change ?? 0) + 0.15) < 1e-9);
  assert.deepEqual([closed.basis, closed.verdict, closed.reason], ['assumed', 'cannot-tell', 'few-rounds']);
});

test('[COMPARE-7] good answers a second are those of the schedule by its time, whatever the drain brought or took', () => {
  const side = (okInTime: number | undefined, drainMs: number) =>
    FAST.map((p50Ms, i) => {
      const run = runOf(`${okInTime} ${drainMs} ${i}`, { p50Ms });
      const { total } = run.result;
      const counted = okInTime === undefined ? total : { ...total, okInTime };
      return { ...run, result: { ...run.result, total: counted, drainMs } };
    });
  const found = (left: ReturnType<typeof side>, right: ReturnType<typeof side>): MetricComparison =>
    metricOf(compareRuns([{ name: 's', before: left, after: right }], QUICK), 'goodput');
  // Half of what was asked for in 10 s came while it was asked for, the rest in a drain as long again.
  const overloaded = found(side(2_000, 0), side(1_000, 10_000));
  assert.ok(Math.abs((overloaded.before ?? 0) - 200) < 1e-9 && Math.abs((overloaded.after ?? 0) - 100) < 1e-9);
  assert.equal(overloaded.verdict, 'worse');
  const unsaid = found(side(undefined, 0), side(undefined, 10_000));
  assert.deepEqual([unsaid.before, unsaid.after], [unsaid.before, unsaid.before]);
  assert.ok(Math.abs((unsaid.after ?? 0) - 200) < 1e-9);
});

/** Both sides have flows and checks. */
function flowComparison(shape: RunShape): Comparison {
  return compareRuns([{ name: 's', before: runsOf('a', FAST, shape), after: runsOf('b', SLOW, shape) }], QUICK);
}

test('[COMPARE-28] each comparison is as its schema says, and nothing that is left out or added passes', () => {
  const schema = readFileSync(new URL('../../schemas/comparison.schema.json', import.meta.url), 'utf8');
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(schema) as object);
  const short = { samples: 100 };
  const every = [
    compare(FAST, SLOW),
    compare([10], [12]),
    compare(FAST, FAST.toReversed(), { errors: 100 }),
    compareRuns([{ name: 's', before: runsOf('a', FAST, short), after: runsOf('b', FAST, short) }], QUICK),
    flowComparison({ more: { flows: { buy: flowOf(50, 1_000) }, checks: [{ name: 'c', passed: 1, failed: 1 }] } }),
  ];
  for (const comparison of every) {
    const written = JSON.parse(JSON.stringify(comparison)) as Comparison;
    assert.ok(validate(written), JSON.stringify(validate.errors));
    for (const key of Object.keys(written)) assert.ok(!validate({ ...written, [key]: undefined }), key);
    assert.ok(!validate({ ...written, more: 1 }));
  }
});

test('[COMPARE-25] flows or checks that fail on one side alone leave no verdict on times', () => {
  const side = (name: string, failed: number) =>
    [10, 10.1, 9.9, 10.05, 9.95].map((p50Ms, i) => {
      const flow = flowOf(p50Ms, 100 - failed, failed);
      const more = { flows: { buy: flow }, checks: [{ name: 'paid', passed: 100, failed: 0 }] };
      return runOf(`${name}${i}`, { p50Ms, more });
    });
  const reasonsOf = (failed: number) => {
    const [stream] = compareRuns([{ name: 's', before: side('a', 0), after: side('b', failed) }]).streams;
    return stream?.metrics.filter(({ metric }) => metric.startsWith('p')).map(({ reason }) => reason);
  };
  assert.deepEqual(reasonsOf(30), ['errors-differ', 'errors-differ', 'errors-differ']);
  assert.ok(!reasonsOf(0)?.includes('errors-differ'));
  const broken = side('c', 0).map((run) => {
    const checks = [{ name: 'paid', passed: 80, failed: 20 }];
    return { ...run, result: { ...run.result, checks } };
  });
  const [stream] = compareRuns([{ name: 's', before: side('d', 0), after: broken }]).streams;
  assert.equal(stream?.metrics[0]?.reason, 'errors-differ');
});
