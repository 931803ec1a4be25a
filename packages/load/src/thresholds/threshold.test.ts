import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { type Metric, parseThreshold } from './threshold.ts';

const GOOD: readonly [text: string, metric: Metric, comparison: string, bound: number][] = [
  ['http.p99<200', { kind: 'time', of: 'http', figure: 99 }, '<', 200_000],
  ['http.p99.9<=1.5s', { kind: 'time', of: 'http', figure: 99.9 }, '<=', 1_500_000],
  [' service.mean < 250us ', { kind: 'time', of: 'service', figure: 'mean' }, '<', 250],
  ['http.max<5ms', { kind: 'time', of: 'http', figure: 'max' }, '<', 5_000],
  ['errors<0.1%', { kind: 'errors', class: undefined }, '<', 0.001],
  ['errors<=0.7%', { kind: 'errors', class: undefined }, '<=', 0.007],
  ['http.p99<1.005', { kind: 'time', of: 'http', figure: 99 }, '<', 1_005],
  ['errors<=0', { kind: 'errors', class: undefined }, '<=', 0],
  ['errors.timeout<=0.5', { kind: 'errors', class: 'timeout' }, '<=', 0.5],
  ['resent<1%', { kind: 'resent' }, '<', 0.01],
  ['rate>=0.99', { kind: 'rate' }, '>=', 0.99],
  ['flow.p99<2s', { kind: 'time', of: 'flow', figure: 99 }, '<', 2_000_000],
  ['flow[buy it].max<2s', { kind: 'time', of: 'flow', figure: 'max', row: 'buy it' }, '<', 2_000_000],
  ['flow.failed<1%', { kind: 'failed' }, '<', 0.01],
  ['flow[a].failed<=0', { kind: 'failed', row: 'a' }, '<=', 0],
  ['checks>0.99', { kind: 'checks' }, '>', 0.99],
  ['checks[has [<3] items]>=99%', { kind: 'checks', row: 'has [<3] items' }, '>=', 0.99],
  ['list.p99<200', { kind: 'time', of: 'http', figure: 99, row: 'list' }, '<', 200_000],
  ['list.service.mean<5', { kind: 'time', of: 'service', figure: 'mean', row: 'list' }, '<', 5_000],
  ['[GET /a?x=1].p50<=1', { kind: 'time', of: 'http', figure: 50, row: 'GET /a?x=1' }, '<=', 1_000],
  ['[errors].errors.timeout<=0', { kind: 'errors', class: 'timeout', row: 'errors' }, '<=', 0],
  ['list.errors<1%', { kind: 'errors', class: undefined, row: 'list' }, '<', 0.01],
  ['list.resent<1%', { kind: 'resent', row: 'list' }, '<', 0.01],
];

const BAD = [
  '',
  'http<200',
  'http.p100<200',
  'http.p0<200',
  'http.p<200',
  'http.median<200',
  'http.p99=200',
  'http.p99<',
  'http.p99<-1',
  'http.p99<200%',
  'http.p99<1e3',
  'errors<5',
  'errors<101%',
  'errors<1ms',
  'errors.odd<1%',
  'errors.<1%',
  'resent.x<1%',
  'rate>=99',
  'p99<200',
  'http.p99<200<300',
  'flow<2s',
  'flow.failed<2s',
  'checks.p99<1',
  'checks>2',
  'list<200',
  'list.median<200',
  'list.errors.odd<1%',
  'list.resent.x<1%',
  'list.rate>0.9',
  'GET /items.p99<200',
  '[].p99<200',
  '[list]<200',
  'flow[x]<200',
];

test('[THRESHOLD-1] [THRESHOLD-2] [THRESHOLD-3] metric, comparison and bound are read; the text stays', () => {
  for (const [text, metric, comparison, bound] of GOOD) {
    assert.deepEqual(parseThreshold(text), { text: text.trim(), metric, comparison, bound });
  }
});

test('[THRESHOLD-4] anything else is refused, with what is allowed', () => {
  for (const text of BAD) {
    const refused = { code: 'MILLRACE_LOAD_THRESHOLD_INVALID', mend: /such as http\.p99<200/ };
    assert.throws(() => parseThreshold(text), refused, text);
  }
});

test('[THRESHOLD-3] a time in milliseconds is the same with and without its unit, and in the others', () => {
  const ms = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(ms, (value) => {
      const bounds = [`${value}`, `${value}ms`, `${value * 1_000}us`].map(
        (text) => parseThreshold(`http.max<${text}`).bound,
      );
      assert.deepEqual(bounds, [value * 1_000, value * 1_000, value * 1_000]);
    }),
    propertySeed(),
  );
});
