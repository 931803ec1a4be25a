import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SelfTestCheck, SelfTestResult } from '../selftest/index.ts';
import { CATALOGUES } from './catalogues.ts';
import { renderSelfTest } from './self-test-table.ts';

const DELAY: SelfTestCheck = {
  ...{ part: 'delay', condition: 5, figure: 'p50', measured: 5.12, truth: 5.03 },
  ...{ error: 0.09, errorUnit: 'ms', goal: 0.2, met: true },
};
const STALL: SelfTestCheck = {
  ...{ part: 'stall', condition: 1_000, figure: 'max', measured: 970, truth: 1_000 },
  ...{ error: -0.03, errorUnit: 'share', goal: 0.02, met: false },
};
const PACING: SelfTestCheck = {
  ...{ part: 'pacing', condition: 10_000, figure: 'achieved', measured: 0.9995, truth: 1 },
  ...{ error: -0.0005, errorUnit: 'share', goal: 0.001, met: true },
};
const SAMPLES: SelfTestCheck = {
  ...{ part: 'overload', condition: 2_000, figure: 'samples', measured: 20_000, truth: 20_000 },
  ...{ error: 0, errorUnit: 'count', goal: 0, met: true },
};

function resultOf(more: Partial<SelfTestResult>): SelfTestResult {
  const checks = [DELAY, STALL, PACING, SAMPLES];
  const head = {
    schema: 'millrace-self-test/1',
    startedAt: '2026-01-01T00:00:00.000Z',
    isQuick: false,
    seed: 1,
  } as const;
  return { ...head, checks, verdict: 'missed', reasons: [], ...more };
}

test('[REPORT-61] a self-test shows each error beside its goal, in the language of the reader', () => {
  const lines = renderSelfTest(resultOf({})).split('\n');
  const row = (start: string): string =>
    (lines.find((line) => line.startsWith(start)) ?? '').replaceAll(/ {2,}/g, ' | ');
  assert.equal(lines[0], 'Our own errors: 3 of 4 errors within their goals, 1 beyond.');
  assert.equal(row('answers after'), 'answers after 5 ms · P50 | 5.12 | 5.03 | +0.09 ms | ± 0.20 ms | met');
  assert.equal(
    row('stands still'),
    'stands still for 1,000 ms · slowest | 970.00 | 1,000.00 | −3.0 % | ± 2.0 % | missed',
  );
  assert.equal(row('pacing'), 'pacing, 10,000/s · sent in time ÷ planned | 0.9995 | 1.0000 | −0.05 % | ± 0.10 % | met');
  assert.equal(row('offered'), 'offered 2,000/s, answers half · samples | 20,000 | 20,000 | 0 | 0 | met');
  const chinese = renderSelfTest(resultOf({}), { texts: CATALOGUES['zh-CN'] });
  assert.match(chinese, /自身误差.*目标/);
  assert.match(chinese, /5 ms 后应答 · P50 .* 达标/);
  assert.doesNotMatch(chinese, /within|missed|answers/);
});

test('[REPORT-61] a self-test that cannot tell says why, and a figure without samples is a dash', () => {
  const reasons = [{ code: 'loop-late', values: { ms: 31, boundMs: 20 } }] as const;
  const text = renderSelfTest(
    resultOf({
      verdict: 'invalid',
      reasons,
      checks: [{ ...DELAY, measured: Number.NaN, error: Number.NaN, met: false }],
    }),
  );
  assert.match(text, /Cannot tell: .* \(0 of 1 within/);
  assert.match(text, /! .*31/);
  assert.match(text, /P50 +– +5\.03 +– ms +± 0\.20 ms +missed/);
});
