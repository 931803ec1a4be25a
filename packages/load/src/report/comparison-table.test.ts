import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison, MetricComparison } from '../compare/index.ts';
import { renderComparisonHtml } from './comparison-html.ts';
import { renderComparisonMarkdown } from './comparison-markdown.ts';
import { renderComparison } from './comparison-table.ts';
import { ZH_CN } from './texts-zh-cn.ts';

const P50: MetricComparison = {
  ...{ metric: 'p50', before: 10, after: 13, change: 0.3, interval: { low: 0.25, high: 0.352 }, basis: 'rounds' },
  ...{ p: 0.002, adjustedP: 0.0064, verdict: 'worse', reason: null, roundsNeeded: null, roundsForMinEffect: 7 },
};

const undecided = (reason: MetricComparison['reason'], more: Partial<MetricComparison> = {}): MetricComparison => ({
  ...P50,
  ...{ metric: 'p95', verdict: 'cannot-tell', reason, ...more },
});

function comparisonOf(metrics: readonly MetricComparison[], more: Partial<Comparison> = {}): Comparison {
  const stream = {
    name: 'GET /',
    rounds: { before: 6, after: 7 },
    roundSeconds: 15,
    metrics,
    verdict: 'worse' as const,
  };
  return {
    ...{ schema: 'millrace-comparison/1', verdict: 'worse', minEffect: 0.05, minErrorEffect: 0.001, confidence: 0.95 },
    ...{ seed: 1, resamples: 10_000, streams: [stream], warnings: [], ...more },
  };
}

test('[REPORT-30] the verdict, both sides, the change with its interval, and what the smallest change would take', () => {
  const text = renderComparison(comparisonOf([P50]));
  assert.match(text, /^After against before: Worse\.\n\nGET \/ · rounds: 6 before, 7 after, 15 s each · worse\n/);
  assert.match(text, /P50, ms +10\.0 +13\.0 +\+30 % +\+25 % … \+35\.2 % +0\.006 +worse\n/);
  assert.match(text, /To find a change of 5 % takes about 7 rounds a side \(estimate\)\./);
  assert.doesNotMatch(text, /\*|†|Note|NaN/);
});

test('[REPORT-30] where the smallest change would take more rounds than are reckoned with, that is said', () => {
  const beyond = { ...P50, metric: 'p99', roundsForMinEffect: null } as const;
  const text = renderComparison(comparisonOf([P50, beyond]));
  assert.match(text, /To find a change of 5 % takes more than 1,000 rounds a side \(estimate\)\./);
  assert.doesNotMatch(text, /about 7 rounds/);
});

test('[REPORT-30] errors change by points, and a decline has its sign', () => {
  const errors = { metric: 'errors', before: 0.02, after: 0.005, change: -0.015, basis: 'windows' } as const;
  const interval = { low: -0.017, high: -0.013 };
  const text = renderComparison(comparisonOf([{ ...P50, ...errors, interval, adjustedP: null, verdict: 'better' }]));
  assert.match(text, /failed requests +2 % +0\.5 % +−1\.50 points +−1\.70 points … −1\.30 points † +– +better/);
  assert.match(text, /† From the seconds inside these runs/);
});

test('[REPORT-30] what cannot be told says why, and what it would take', () => {
  const none = { before: null, after: null, change: null, interval: null, basis: null, adjustedP: null };
  const text = renderComparison(
    comparisonOf([
      undecided('noise', { roundsNeeded: 12 }),
      undecided('noise', { metric: 'p99' }),
      undecided('few-rounds', { metric: 'goodput', basis: 'assumed', roundsNeeded: 5 }),
      undecided('few-samples', { ...none, metric: 'p50', roundsForMinEffect: null }),
    ]),
  );
  assert.match(text, /P95, ms: the rounds vary too much; about 12 rounds a side would tell, 6 min in all \(estimate\)/);
  assert.match(text, /P99, ms: the rounds vary too much; more than 1,000 rounds/);
  assert.match(text, /answers a second: too few rounds; it takes at least 5 rounds a side, 2\.5 min/);
  assert.match(text, /P50, ms +– +– +– +– +– +cannot tell/);
  assert.match(text, /P50, ms: a run has too few samples/);
  assert.match(text, /\* Too few rounds to know how they vary: taken to vary by 20 %/);
});

test('[REPORT-30] warnings stand at the end, in either language', () => {
  const warnings = [
    { code: 'not-interleaved', values: { stream: 'GET /' } },
    { code: 'left-out', values: { count: 3 } },
  ] as const;
  const english = renderComparison(comparisonOf([P50], { warnings }));
  assert.match(english, /Note: the sides of GET \/ ran one after the other.*\nNote: 3 runs were invalid.*\n$/);
  const chinese = renderComparison(comparisonOf([P50], { warnings }), { texts: ZH_CN });
  assert.match(chinese, /^改动后与改动前对比：变差。\n/);
  assert.match(chinese, /注意：有 3 次运行无效或被中断/);
  assert.doesNotMatch(chinese, /round|Note|worse/);
});

test('[REPORT-30] Markdown and page say the same, and nothing of a name opens anything in them', () => {
  const nasty = '<img src=x>|`[a](b)` @all';
  const [stream] = comparisonOf([P50, undecided('noise', { roundsNeeded: 9 })]).streams;
  const comparison = comparisonOf([], { streams: stream === undefined ? [] : [{ ...stream, name: nasty }] });
  const markdown = renderComparisonMarkdown(comparison);
  assert.match(markdown, /^## After against before: Worse\.\n\n### [\s\S]*\| P50, ms \| 10\.0 \| 13\.0 \| \+30 %/);
  assert.match(markdown, /\n- P95, ms: the rounds vary too much; about 9 rounds/);
  assert.doesNotMatch(markdown, /<|`|@|\[a\]/);
  const better = { ...P50, metric: 'p99', verdict: 'better' } as const;
  const [mixed] = comparisonOf([P50, better]).streams;
  const address = `${nasty} http://x.example www.x.example`;
  const named = renderComparisonMarkdown(
    comparisonOf([], { streams: mixed === undefined ? [] : [{ ...mixed, name: address }] }),
  );
  assert.match(named.split('\n')[0] ?? '', /img src=x/, 'the verdict names the stream');
  assert.doesNotMatch(named, /<|`|@|\[a\]|:\/\/|www\./);
  const page = renderComparisonHtml(comparison, { texts: ZH_CN });
  assert.match(page, /<html lang="zh-CN">[\s\S]*<div class="verdict warning">/);
  assert.match(page, /&lt;img src=x&gt;/);
  assert.doesNotMatch(page.replaceAll('&lt;img src=x', ''), /<img|<script|https?:|src=/);
});
