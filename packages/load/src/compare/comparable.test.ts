import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { checkComparable } from './comparable.ts';
import { compareRuns } from './compare.ts';
import type { ComparedRun } from './comparison.ts';
import { runOf, SETUP } from './noise.test.ts';

const check = (before: readonly ComparedRun[], after: readonly ComparedRun[]) =>
  checkComparable({ name: 's', before, after });

const ARRIVALS: LoadResult['arrivals'] = {
  kind: 'constant',
  poisson: false,
  planned: 2_000,
  durationMs: 10_000,
  targetPerSecond: 200,
};

const DIFFERENT: readonly [RegExp, Partial<LoadResult>][] = [
  [/the scenario is GET \/other, not GET \//, { scenario: 'GET /other' }],
  [/shape of the rate is ramp, not constant/, { arrivals: { ...ARRIVALS, kind: 'ramp' } }],
  [/arrivals are random is true, not false/, { arrivals: { ...ARRIVALS, poisson: true } }],
  [/target rate per second is 300, not 200/, { arrivals: { ...ARRIVALS, targetPerSecond: 300 } }],
  [/duration in seconds is 20, not 10/, { arrivals: { ...ARRIVALS, durationMs: 20_000 } }],
  [/the model is closed, not open/, { setup: { ...SETUP, model: 'closed' } }],
  [/number of users is 9, not 1/, { setup: { ...SETUP, users: 9 } }],
  [/number of connections is 8, not 64/, { setup: { ...SETUP, connections: 8 } }],
  [/engine is compat, not fast/, { setup: { ...SETUP, engine: 'compat' } }],
  [/pacing is precise, not eco/, { setup: { ...SETUP, pacing: 'precise' } }],
  [/number of threads is 2, not 1/, { setup: { ...SETUP, workers: 2 } }],
  [/timeout in milliseconds is 500, not 10000/, { setup: { ...SETUP, timeoutMs: 500 } }],
  [/bytes read a second is 1000, not all/, { setup: { ...SETUP, readBytesPerSecond: 1_000 } }],
  [/name is resolved is \{"ttlMs":9\}, not "once"/, { setup: { ...SETUP, dns: { ttlMs: 9 } } }],
  [
    /shape of the arrivals is \{"ratePerSecond":7\}, not \{"durationMs":10000,/,
    { setup: { ...SETUP, shape: { ratePerSecond: 7 } } },
  ],
  [/whether it has flows is true, not false/, { flows: {} }],
];

test('[COMPARE-2] runs of another load are refused, with what differs in which', () => {
  for (const [message, more] of DIFFERENT) {
    const odd = runOf('odd.json', { more });
    for (const [before, after] of [
      [[runOf('a')], [odd]],
      [[runOf('a'), odd], [runOf('b')]],
    ] as const) {
      assert.throws(() => check(before, after), { code: 'MILLRACE_COMPARE_RUNS_DIFFER', message });
    }
  }
  const closed = (durationMs: number) => ({ arrivals: { ...ARRIVALS, kind: 'closed' as const, durationMs } });
  check([runOf('a', { more: closed(10_003) })], [runOf('b', { more: closed(9_998) })]);
  // As many requests, in half the time: that is the effect, not another load.
  check([runOf('a', { more: closed(10_000) })], [runOf('b', { more: closed(5_000) })]);
  const more = { arrivals: { ...closed(5_000).arrivals, planned: 900 } };
  assert.throws(() => check([runOf('a', { more: closed(10_000) })], [runOf('b', { more })]), {
    code: 'MILLRACE_COMPARE_RUNS_DIFFER',
  });
});

test('[COMPARE-2] invalid, interrupted and repeated runs are refused, and a side without any', () => {
  const late = { code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } } as const;
  const invalid = runOf('x.json', { more: { validity: { verdict: 'invalid', reasons: [late] } } });
  assert.throws(() => check([runOf('a')], [invalid]), {
    code: 'MILLRACE_COMPARE_RUN_INVALID',
    message: /x\.json is invalid.*late/,
  });
  const interrupted = runOf('y.json', { more: { interrupted: true } });
  assert.throws(() => check([interrupted], [runOf('b')]), { code: 'MILLRACE_COMPARE_RUN_INTERRUPTED' });
  const run = runOf('a.json');
  assert.throws(() => check([run], [{ ...run, name: 'copy.json' }]), {
    code: 'MILLRACE_COMPARE_RUN_REPEATED',
    message: /copy\.json is the same run as a\.json/,
  });
  assert.throws(() => check([], [run]), { code: 'MILLRACE_COMPARE_NOTHING' });
  assert.throws(() => compareRuns([]), { code: 'MILLRACE_COMPARE_NOTHING' });
});

test('[COMPARE-3] other seeds and sides that did not take turns are said', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => runOf(name)) as [
    ComparedRun,
    ComparedRun,
    ComparedRun,
    ComparedRun,
  ];
  const codesOf = (before: ComparedRun[], after: ComparedRun[]): string[] =>
    check(before, after).map(({ code }) => code);
  assert.deepEqual(codesOf([a, c], [b, d]), []);
  assert.deepEqual(codesOf([a, d], [b, c]), []);
  assert.deepEqual(codesOf([a, b], [c, d]), ['not-interleaved']);
  assert.deepEqual(codesOf([c, d], [a, b]), ['not-interleaved']);
  const other = runOf('o', { more: { seed: 7 } });
  assert.deepEqual(codesOf([a, other], [b]), ['seeds-differ']);
});

test('[COMPARE-6] results that do not say their setup are compared with one another and a warning, not with those that do', () => {
  const { setup: _, ...unsaid } = runOf('a').result;
  const [a, b] = [
    { name: 'a', result: unsaid },
    { name: 'b', result: { ...unsaid, startedAt: '2026-01-01T00:00:00.000Z' } },
  ];
  assert.ok(check([a], [b]).some(({ code }) => code === 'setup-unknown'));
  assert.throws(() => check([a], [runOf('c')]), {
    code: 'MILLRACE_COMPARE_RUNS_DIFFER',
    message: /the model is open, not unknown/,
  });
});
