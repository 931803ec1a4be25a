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
