import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { judgeThresholds, parseThreshold } from '../thresholds/index.ts';
import { renderJunitXml } from './junit-xml.ts';
import { load, step } from './load-doubles.test.ts';

const INVALID = {
  verdict: 'invalid',
  reasons: [{ code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } }],
} as const;

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;

/** Reads back what a well-formed file says; throws for any other. */
function elementsOf(xml: string): [name: string, attributes: Record<string, string>][] {
  const elements: [string, Record<string, string>][] = [];
  const open: string[] = [];
  const rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const left = rest.replaceAll(
    /<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>/g,
    (_, close: string, name: string, given: string, empty: string) => {
      if (close !== '') assert.equal(open.pop(), name);
      else if (empty === '') open.push(name);
      if (close === '')
        elements.push([
          name,
          Object.fromEntries([...given.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
        ]);
      return '';
    },
  );
  assert.equal(left.trim(), '');
  assert.deepEqual(open, []);
  for (const entity of xml.match(/&[^;]*;?/g) ?? []) assert.match(entity, /^&(?:amp|lt|gt|quot|#39);$/);
  return elements;
}

test('[REPORT-33] a case for the end, the generator and each threshold; what is not met has failed', () => {
  const result = load({ 'GET /': step(new Array(1000).fill(3)) });
  const thresholds = judgeThresholds(['http.p99<200', 'http.mean<1', 'http.p99.99<9'].map(parseThreshold), result);
  const xml = renderJunitXml(result, { thresholds });
  const [[, suites] = ['', {}]] = elementsOf(xml);
  assert.deepEqual(suites, { name: 'Load test', tests: '5', failures: '2', errors: '0', skipped: '0', time: '5.020' });
  assert.match(xml, /<testcase classname="GET \/" name="http\.p99&lt;200"\/>/);
  assert.match(xml, /name="http\.mean&lt;1"><failure message="missed: 3\.00 ms"\/>/);
  assert.match(xml, /name="http\.p99\.99&lt;9"><failure message="cannot tell: ≥ 100,000 needed"\/>/);
  assert.match(xml, /timestamp="2026-11-20T17:00:00\.000Z"/);
});

test('[REPORT-33] of a run that is invalid or interrupted no threshold is judged', () => {
  const total = step(new Array(1000).fill(3));
  for (const extra of [{ validity: INVALID }, { interrupted: true }]) {
    const result = load({ 'GET /': total }, extra);
    const xml = renderJunitXml(result, { thresholds: judgeThresholds([parseThreshold('http.mean<1')], result) });
    assert.deepEqual([count(xml, /<error /g), count(xml, /<failure/g), count(xml, /<skipped/g)], [1, 0, 1]);
  }
  assert.match(
    renderJunitXml(load({}, { validity: INVALID })),
    /<error message="Invalid: .* P99 12 ms \(bound 10 ms\)"/,
  );
});

test('[REPORT-33] it is well-formed whatever the names are', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(`"><x>&\u0000\u001b]]>\ud800\ufffe`));
  fc.assert(
    fc.property(text, text, (scenario, target) => {
      const xml = renderJunitXml(load({}, { scenario, target }));
      elementsOf(xml);
      assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    }),
    propertySeed(),
  );
});
