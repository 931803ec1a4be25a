import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvalidRunReason } from '../prove/index.ts';
import { CATALOGUES } from './catalogues.ts';
import { reasonsText, reasonText } from './reason-text.ts';
import { EN } from './texts.ts';
import { ZH_CN } from './texts-zh-cn.ts';

/** Each reason with the value and the bound that it has to say. */
const REASONS: { readonly [Code in InvalidRunReason['code']]: readonly [InvalidRunReason, ...string[]] } = {
  late: [{ code: 'late', values: { percentile: 99, ms: 12.5, boundMs: 10 } }, 'P99', '12.5', '10'],
  'loop-late': [{ code: 'loop-late', values: { ms: 31, boundMs: 20 } }, '31', '20'],
  'loop-stopped': [{ code: 'loop-stopped', values: { ms: 1500, boundMs: 1000 } }, '1,500', '1,000'],
  'core-full': [{ code: 'core-full', values: { share: 0.957, boundShare: 0.9 } }, '95.7 %', '90 %'],
  garbage: [{ code: 'garbage', values: { share: 0.123, boundShare: 0.1 } }, '12.3 %', '10 %'],
  'clock-jumped': [{ code: 'clock-jumped', values: { ms: 61000, boundMs: 1000 } }, '61,000', '1,000'],
  'worker-lost': [
    { code: 'worker-lost', values: { count: 2, bound: 0, cause: 'out of memory' } },
    '2',
    '0',
    'out of memory',
  ],
  'schedule-missed': [{ code: 'schedule-missed', values: { share: 0.85, boundShare: 0.99 } }, '85 %', '99 %'],
  'cannot-send': [{ code: 'cannot-send', values: { count: 3, bound: 0, cause: 'EMFILE' } }, '3', '0', 'EMFILE'],
  unsettled: [{ code: 'unsettled', values: { seconds: 20, boundMs: 100 } }, '20', '100'],
};

test('[REPORT-18] each reason says its value and its bound, in each language', () => {
  for (const texts of Object.values(CATALOGUES)) {
    for (const [reason, ...parts] of Object.values(REASONS)) {
      const text = reasonText(reason, texts);
      for (const part of parts) assert.ok(text.includes(part), `${text}: ${part}`);
      assert.doesNotMatch(text, /[{}]/);
    }
  }
});

test('[REPORT-18] several reasons in one line, with the marks of the language', () => {
  const reasons = [REASONS.late[0], REASONS['loop-late'][0]];
  assert.match(reasonsText(reasons, EN), /bound 10 ms\); the generator's event loop/);
  assert.match(reasonsText(reasons, ZH_CN), /上限 10 ms）；/);
});
