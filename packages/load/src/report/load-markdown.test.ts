import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeThresholds, parseThreshold } from '../thresholds/index.ts';
import { load, seconds, step } from './load-doubles.test.ts';
import { renderLoadMarkdown } from './load-markdown.ts';
import { ZH_CN } from './texts-zh-cn.ts';

const NASTY = '<img src=x>|`[a](b)`\n# @all **x** &amp;';

test('[REPORT-32] the verdict first, then thresholds, times, seconds and statuses', () => {
  const course = seconds([
    [100, 0, 5],
    [90, 10, 9],
  ]);
  const result = load({ 'GET /': step(new Array(1000).fill(3)) }, { seconds: course });
  const thresholds = judgeThresholds(['http.p99<200', 'http.mean<1', 'http.p99.99<9'].map(parseThreshold), result);
  const text = renderLoadMarkdown(result, { thresholds });
  const places = [
    /^## Load test: GET \//,
    /✅ Valid: /,
    /Thresholds: 1 of 3 met/,
    /\*\*GET \/\*\* \| 1,000/,
    /good answers \| █▇/,
    /200 × 1,000/,
  ];
  const found = places.map((part) => text.search(part));
  assert.ok(
    found.every((at, i) => at >= 0 && at > (found[i - 1] ?? -1)),
    String(found),
  );
  assert.match(
    text,
    /\| ✅ met \| http\.p99&lt;200 \| 3\.00 ms \|\n\| ❌ missed \| http\.mean&lt;1 \| 3\.00 ms \|\n\| ❔ cannot tell /,
  );
  assert.match(renderLoadMarkdown(result, { thresholds, texts: ZH_CN }), /^## 负载测试：GET \/[\s\S]*未达标/);
});

test('[REPORT-32] a run that is invalid or interrupted says so above any figure, with the reasons', () => {
  const reasons = [{ code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } }] as const;
  const text = renderLoadMarkdown(load({}, { interrupted: true, validity: { verdict: 'invalid', reasons } }));
  assert.match(
    text,
    /Interrupted: [\s\S]*⚠️ Invalid: .*\n\n- the generator was late: P99 12 ms[\s\S]*\| {2}\| requests/,
  );
});

test('[REPORT-32] nothing in a result opens a cell, a tag, a link or a mention', () => {
  const reasons = [{ code: 'cannot-send', values: { count: 1, bound: 0, cause: NASTY } }] as const;
  const hostile = load(
    { [NASTY]: step([1], { statuses: { [NASTY]: 1 } }) },
    { scenario: NASTY, target: NASTY, validity: { verdict: 'invalid', reasons } },
  );
  const text = renderLoadMarkdown(hostile);
  assert.doesNotMatch(text, /<|`|@|\[a\]|\*\*x|^# /m);
  const cells = text.split('\n').filter((line) => line.startsWith('|'));
  const counts = new Set(cells.map((line) => line.split('|').length));
  assert.deepEqual(counts, new Set([10, 4]), 'a table of eight cells a line, one of two');
});
