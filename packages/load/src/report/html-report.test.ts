import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProofResult, StreamRun, TableRow } from '../prove/index.ts';
import { renderHtmlReport } from './index.ts';
import {
  ablation,
  arm,
  capacityRow,
  cost,
  figure,
  proof,
  ratios,
  row,
  threeArms,
  times,
} from './result-doubles.test.ts';

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;

test('[REPORT-10] the page loads nothing', () => {
  for (const result of [threeArms({ capacity: [capacityRow()] }), ablation()]) {
    const page = renderHtmlReport(result);
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/i);
    assert.match(page, /prefers-color-scheme: dark/);
    assert.match(page, /@media print/);
    assert.match(page, /name="viewport"/);
  }
});

test('[REPORT-11] everything from the result is escaped', () => {
  const nasty = `"><script>alert('x')</script>&`;
  const arms = [
    { id: 'origin', label: nasty },
    { id: 'b', label: nasty },
  ];
  const one = { beforeArm: 'origin', afterArm: 'b', request: nasty, path: nasty, before: nasty, after: nasty };
  const digests = { requests: 1, compared: true, mismatches: [one] };
  const invalid = [{ round: 0, arm: 'b', phase: nasty, stream: nasty, reasons: [] }];
  const machine = { cpu: nasty, cores: 1, memoryGb: 1, os: nasty, node: nasty };
  const strings = {
    name: nasty,
    commit: nasty,
    facts: { [nasty]: nasty },
    arms,
    machine,
    validity: { runs: 1, invalid },
  };
  const capacity = [capacityRow({ label: nasty })];
  const measured = proof({
    ...strings,
    capacity,
    rows: [row({ label: nasty })],
    costs: [cost({ label: nasty, phase: nasty })],
  });
  for (const result of [measured, proof({ ...strings, outcome: 'digests-differ', digests })]) {
    const page = renderHtmlReport(result);
    assert.doesNotMatch(page, /<script|alert\('/);
    assert.match(page, /&quot;&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;&amp;/);
  }
});

test('[REPORT-12] each row has a curve and a bar of grades for each arm', () => {
  const page = renderHtmlReport(threeArms());
  const curves = page.slice(
    page.indexOf('Share of all requests answered'),
    page.indexOf('Share of the requests in each'),
  );
  for (const kind of ['before', 'between', 'after'])
    assert.equal(count(curves, new RegExp(`<path class="curve ${kind}" d="M[^"]{500,}"`, 'g')), 1, kind);
  assert.equal(count(page, /<svg class="bar"/g), 3);
});

test('[REPORT-24] throughput, errors and the slowest answer stand second by second, as charts and as tables', () => {
  const page = renderHtmlReport(threeArms());
  for (const words of ['Good answers to the requests', 'Failed requests of each', 'Slowest answer of each']) {
    const section = page.slice(page.indexOf(words)).split('</section>')[0] ?? '';
    assert.equal(count(section, /<svg class="plot"/g), 1, words);
    assert.equal(count(section, /<path class="point \w+" d="[^"]*"><title>/g), 3 * 2, 'arms × seconds');
    assert.equal(count(section, /<details>[\s\S]*<tbody>/g), 1);
  }
  assert.match(page, /20\.0 <small>\(20\.0–20\.0\)<\/small>/);
});

test('[REPORT-24] what is left of a last second is no dip of the throughput, but its errors and slow answers are shown', () => {
  const full = threeArms();
  const cut = (run: StreamRun): StreamRun => ({
    ...run,
    result: { ...run.result, arrivals: { ...run.result.arrivals, durationMs: 1_500 } },
  });
  const rounds = full.rounds.map((round) => ({
    ...round,
    phases: round.phases.map((phase) => ({ ...phase, streams: phase.streams.map(cut) })),
  }));
  const page = renderHtmlReport({ ...full, rounds });
  const pointsOf = (words: string): number => {
    const section = page.slice(page.indexOf(words)).split('</section>')[0] ?? '';
    return count(section, /<path class="point \w+" d="[^"]*"><title>/g);
  };
  assert.equal(pointsOf('Good answers to the requests'), 3);
  assert.equal(pointsOf('Failed requests of each'), 6);
  assert.equal(pointsOf('Slowest answer of each'), 6);
});

test('[REPORT-24] capacity has a curve an arm for P99 and for errors, and every step as a line', () => {
  const page = renderHtmlReport(threeArms({ capacity: [capacityRow()] }));
  const section = page.slice(page.indexOf('Capacity: ')).split('</section>')[0] ?? '';
  assert.equal(count(section, /<svg class="plot"/g), 2);
  assert.equal(count(section, /<th scope="row">/g), 9);
  assert.match(section, /generator at its limit/);
});

test('[REPORT-24] the ticks of a chart of shares are told apart, however small they are', () => {
  const free = capacityRow();
  const arms = free.arms.map((arm) => ({ ...arm, steps: arm.steps.map((step) => ({ ...step, errorShare: 0 })) }));
  const page = renderHtmlReport(threeArms({ capacity: [{ ...free, arms }] }));
  const chart = page.slice(page.indexOf('token mix: errors')).split('</svg>')[0] ?? '';
  const ticks = [...chart.matchAll(/class="tick y"[^>]*>([^<]*)</g)].map(([, tick]) => tick);
  assert.deepEqual(ticks, ['0 %', '0.02 %', '0.04 %', '0.06 %', '0.08 %', '0.1 %']);
});

test('[REPORT-21] a row with an invalid run is marked in every chart, and one without in none', () => {
  const invalid = [{ round: 1, arm: 'optimised', phase: 'mix', stream: 'main', reasons: [] }];
  const marked = renderHtmlReport(threeArms({ validity: { runs: 12, invalid } }));
  for (const name of ['<text class="bar-name"[^>]*>! trader mix', '<figcaption>! trader mix', '<figcaption>! all day'])
    assert.match(marked, new RegExp(name));
  assert.equal(count(renderHtmlReport(threeArms()), /[>]! /g), 0);
});

test('[REPORT-25] four rows and more stand in two columns; lower bounds are explained where there are any', () => {
  const rows = (length: number): TableRow[] =>
    Array.from({ length }, (_, i) => row({ id: String(i), label: `row ${i}` }));
  const overviewOf = (result: ProofResult): string => {
    return renderHtmlReport(result).split('<h2>')[1]?.split('</section>')[0] ?? '';
  };
  assert.equal(count(overviewOf(proof({ rows: rows(3) })), /<svg class="plot"/g), 1);
  assert.equal(count(overviewOf(proof({ rows: rows(5) })), /<svg class="plot"/g), 2);
  assert.doesNotMatch(overviewOf(proof()), /at least this/);
  const bounded = arm(66, { response: times(66, { p95Ms: figure(6224, { bound: 'at-least' }) }) });
  const shown = overviewOf(proof({ rows: [row({ arms: [bounded, arm(1.9)] })] }));
  assert.match(shown, /at least this/);
  assert.equal(count(shown, /<path class="bound before"/g), 1);
});

test('[REPORT-5] each value of an answer that differs stands below its own heading', () => {
  const mismatch = {
    request: 'GET /',
    path: '$.a',
    before: '1',
    after: '2',
    beforeArm: 'origin',
    afterArm: 'optimised',
  };
  const digests = { requests: 1, compared: true, mismatches: [mismatch] };
  const page = renderHtmlReport(proof({ outcome: 'digests-differ', digests }));
  const section = page.slice(page.indexOf('<table class="words">')).split('</table>')[0] ?? '';
  const cells = (tag: string): string[] =>
    [...section.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([^<]*)<`, 'g'))].map(([, text = '']) => text);
  assert.deepEqual(cells('th'), ['request', 'path', 'arm', 'answer', 'arm', 'answer']);
  assert.deepEqual(cells('td'), ['GET /', '$.a', 'as it was', '1', 'on Millrace', '2']);
});

test('[REPORT-24] what explains a table stands below it and does not scroll with it', () => {
  const page = renderHtmlReport(threeArms());
  assert.match(page, /<\/table><\/div><p class="note">In brackets/);
  assert.doesNotMatch(page, /<caption/);
});

test('[REPORT-22] an arm of an ablation has no line in a row that it did not run', () => {
  const never = arm(1, { requests: 0, errorShare: figure(null, { samples: 0 }), grades: null });
  const result = ablation();
  const rows = [row({ arms: [never, arm(12), arm(1.9)], ratios: [ratios, ratios] })];
  const page = renderHtmlReport({ ...result, rows });
  const section = page.slice(page.indexOf('Response time of good')).split('</section>')[0] ?? '';
  assert.ok(section.includes('synchronous log') && !section.includes('without the cache'));
});

test('[REPORT-24] every chart has a name, every table a scope for each heading', () => {
  for (const result of [threeArms({ capacity: [capacityRow()] }), ablation()]) {
    const page = renderHtmlReport(result);
    assert.equal(count(page, /<svg [^>]*role="img">(?!<title>[^<])/g), 0);
    assert.equal(count(page, /<svg (?![^>]*(?:role="img"|aria-hidden="true"))/g), 0);
    assert.equal(count(page, /<th(?! scope=)[ >]/g), 0);
  }
});
