import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison, ComparisonVerdict, MetricComparison, MetricId } from '../compare/index.ts';
import { comparisonVerdict } from './comparison-verdict.ts';
import { EN } from './texts.ts';
import { ZH_CN } from './texts-zh-cn.ts';

type Stream = readonly [name: string, metrics: Partial<Record<MetricId, ComparisonVerdict>>];

function comparison(verdict: ComparisonVerdict, ...streams: Stream[]): Comparison {
  const described = streams.map(([name, metrics]) => {
    const found = Object.entries(metrics).map(([metric, told]) => ({ metric, verdict: told }) as MetricComparison);
    return { name, metrics: found, rounds: { before: 1, after: 1 }, roundSeconds: 1, verdict };
  });
  return { verdict, streams: described } as unknown as Comparison;
}

test('[REPORT-30] where one part is worse and another better, the verdict names both, the deciding one first', () => {
  const mixed = comparison(
    'worse',
    ['mix', { p50: 'better', p95: 'better', errors: 'no-difference' }],
    ['login burst', { p50: 'cannot-tell', goodput: 'worse', errors: 'worse' }],
    ['portal', { p99: 'better' }],
  );
  assert.equal(
    comparisonVerdict(mixed, EN),
    'Worse in part and better in part; the worse decides. ' +
      'Worse: login burst (good answers a second, failed requests). Better: mix (P50, P95); portal (P99).',
  );
  assert.match(
    comparisonVerdict(mixed, ZH_CN),
    /^有变差，也有变好；以变差为准。变差：login burst（每秒成功应答数，失败请求占比）。变好：mix（/,
  );
});

test('[REPORT-30] a verdict without a contradiction is one word or a few', () => {
  assert.equal(comparisonVerdict(comparison('worse', ['mix', { p50: 'worse', p95: 'no-difference' }]), EN), 'Worse.');
  assert.equal(
    comparisonVerdict(comparison('better', ['mix', { p50: 'better' }], ['b', { p50: 'better' }]), EN),
    'Better.',
  );
  assert.equal(
    comparisonVerdict(comparison('cannot-tell', ['mix', { p50: 'cannot-tell' }]), EN),
    'These runs cannot tell.',
  );
});
