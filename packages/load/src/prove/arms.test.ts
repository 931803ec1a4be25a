import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { instantRunner, phaseOf, resultOf, stepOf, testManifest, timesUs } from './proof-doubles.test.ts';
import { prove } from './prove.ts';

const OPTIONS = { tier: 'quick', run: instantRunner, stopTimeoutMs: 1000 } as const;
const asked = (path: string) => [{ name: `ask ${path}`, method: 'GET', path }] as const;

test('[PROVE-42] what an interruption cut off is no request and no error, and an arm that never ran has no figure', async () => {
  const stop = new AbortController();
  const waited = timesUs(new Array(30).fill(2_000_000));
  const cutOff = stepOf(new Array(20).fill(5), {
    interrupted: 30,
    sent: 50,
    cutOff: { responseTimeUs: waited, serviceTimeUs: waited },
  });
  const run = async () => {
    stop.abort();
    return resultOf(cutOff, { interrupted: true });
  };
  const { rows, outcome } = await prove(testManifest(), { ...OPTIONS, run, signal: stop.signal });
  const [ran, never] = rows[0]?.arms ?? [];
  assert.equal(outcome, 'interrupted');
  assert.deepEqual([ran?.requests, ran?.errors, ran?.errorShare.value, ran?.grades?.failed], [20, 0, 0, 0]);
  assert.deepEqual([ran?.interrupted, never?.interrupted, ran?.distribution.count], [30, 0, 20]);
  assert.deepEqual(
    [ran?.grades?.excellent, ran?.response.p50Ms.bound, ran?.response.maxMs.value],
    [1, 'at-least', 2_000],
  );
  assert.deepEqual([never?.requests, never?.errorShare.label, never?.errorShare.value], [0, 'skipped', null]);
  assert.deepEqual([never?.grades, never?.response.p50Ms.label], [null, 'skipped']);
});

test('[PROVE-37] with three arms each earlier one is held against the last, and compared with it', async () => {
  const arms = [
    { id: 'old', label: 'before' },
    { id: 'middle', label: 'middle' },
    { id: 'new', label: 'after' },
  ];
  const times = [8, 4, 2, 2, 4, 8];
  let runs = 0;
  const run = async () => resultOf(stepOf(new Array(100).fill(times[runs++])));
  const manifest = { ...testManifest({ digests: asked('/a') }), arms };
  const { rows, costs, rounds, digests } = await prove(manifest, { ...OPTIONS, run });
  assert.equal(rounds.map(({ arm }) => arm[0]).join(''), 'omnnmo');
  assert.deepEqual(
    rows[0]?.arms.map(({ response }) => response.p50Ms.value),
    [8, 4, 2],
  );
  assert.deepEqual(
    rows[0]?.ratios.map(({ p50Ms }) => [p50Ms.value, p50Ms.spread]),
    [
      [4, { min: 4, max: 4 }],
      [2, { min: 2, max: 2 }],
    ],
  );
  assert.deepEqual([costs[0]?.arms.length, costs[0]?.ratios.length], [3, 2]);
  assert.deepEqual(digests, { requests: 1, compared: true, mismatches: [] });
  const differing = { ...testManifest({ digests: asked('/named') }), arms };
  const { digests: found } = await prove(differing, OPTIONS);
  assert.deepEqual(
    found.mismatches.map(({ beforeArm, afterArm, before, after }) => [beforeArm, afterArm, before, after]),
    [
      ['old', 'new', '"old"', '"new"'],
      ['middle', 'new', '"middle"', '"new"'],
    ],
  );
});

test('[PROVE-57] what was sent again is counted beside the errors, and said where it is more than a hundredth', async () => {
  const runs = [10, 2, 18, 30].map((resent) => resultOf(stepOf(new Array(1000).fill(5), { resent })));
  let next = 0;
  const { rows } = await prove(testManifest(), { ...OPTIONS, run: async () => runs[next++] ?? resultOf(stepOf([])) });
  const [before, after] = rows[0]?.arms ?? [];
  assert.deepEqual([before?.resent, before?.errors, before?.errorShare.value], [40, 0, 0]);
  assert.deepEqual(before?.remarks, [
    { code: 'connections-dropped', values: { count: 40, share: 0.02, boundShare: 0.01 } },
  ]);
  assert.deepEqual([after?.resent, after?.remarks], [20, []]);
});

test('[PROVE-58] send lag and schedule lag are figures of their own', async () => {
  const generator = { sendLagUs: timesUs([4_000]), scheduleLagUs: timesUs([1_000]) } as LoadResult['generator'];
  const run = async () => resultOf(stepOf([5]), { generator });
  const { rows } = await prove(testManifest(), { ...OPTIONS, run });
  const lags = rows[0]?.arms.map(({ sendLag, scheduleLag }) => [sendLag.meanMs.value, scheduleLag.meanMs.value]);
  assert.deepEqual(lags, [
    [4, 1],
    [4, 1],
  ]);
});

test('[PROVE-59] the phases that were to run are named in the manifest’s order, by label or id', async () => {
  const label = { en: 'cold', 'zh-CN': '冷启动' };
  const phases = [
    phaseOf('second', { scenario: 'b' }),
    phaseOf('mix', { label, scenario: 'a', streams: phaseOf('mix').streams.map((stream) => ({ ...stream, label })) }),
    phaseOf('burst', { scenario: 'a', rounds: 'last-block' }),
  ];
  const manifest = { ...testManifest({ phases }), scenarios: ['a', 'b'] };
  const result = await prove(manifest, { ...OPTIONS, scenarios: ['a'] });
  assert.deepEqual(result.phases, [
    { id: 'mix', label, streams: { main: label } },
    { id: 'burst', label: 'burst' },
  ]);
  const never = await prove(manifest, { ...OPTIONS, signal: AbortSignal.abort() });
  assert.deepEqual(never.phases, []);
});
