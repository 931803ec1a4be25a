import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { judgeThresholds, parseThreshold } from '../thresholds/index.ts';
import { renderJunitXml } from './junit-xml.ts';
import { load, seconds, step } from './load-doubles.test.ts';
import { renderLoadHtml } from './load-html.ts';
import { renderLoadMarkdown } from './load-markdown.ts';
import { renderLoadTable } from './load-table.ts';
import { distribution } from './result-doubles.test.ts';
import { ZH_CN } from './texts-zh-cn.ts';

const NASTY = `"><script>alert('x')</script>&`;
const MACHINE = { cpu: 'a cpu', cores: 2, memoryGb: 8, os: 'an os', node: 'v26' };
const COURSE = seconds([
  [100, 0, 5],
  [90, 10, 900],
  [100, 0, 5],
]);

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;
const sectionOf = (page: string, words: string): string => page.slice(page.indexOf(words)).split('</section>')[0] ?? '';

function mixed(extra: Partial<LoadResult> = {}): LoadResult {
  const one = step([...new Array(980).fill(40), ...new Array(20).fill(1)], {
    ok: 980,
    errors: { status: 20 },
    statuses: { 200: 980, 503: 20 },
    refusedResponseTimeUs: distribution(new Array(20).fill(1)),
    refusedServiceTimeUs: distribution(new Array(20).fill(1)),
  });
  return load({ list: one, item: one }, { seconds: COURSE, ...extra });
}

test('[REPORT-34] verdict, thresholds, times, distribution, seconds, errors, what was sent and by what', () => {
  const result = mixed();
  const thresholds = judgeThresholds(['http.p95<200', 'errors<1%'].map(parseThreshold), result);
  const page = renderLoadHtml(result, { thresholds, machine: MACHINE });
  assert.match(page, /<div class="verdict warning"><p>Valid: .*<\/p><p>Thresholds: 1 of 2 met\.<\/p><\/div>/);
  assert.match(sectionOf(page, '<h2>Thresholds'), /errors&lt;1%<\/th><td>2 %<\/td><td>missed/);
  assert.equal(count(sectionOf(page, '<h2>Response time'), /<tr class="step">/g), 2);
  assert.equal(count(sectionOf(page, '<h2>Share of'), /<svg class="plot"/g), 3, 'all, and each step');
  const charts = sectionOf(page, '<h2>Second by second');
  assert.equal(count(charts, /<svg class="plot"/g), 3);
  assert.equal(count(charts, /<details>/g), 3);
  const errors = sectionOf(page, '<h2>Errors and statuses');
  assert.match(
    errors,
    /<th scope="row">status<\/th><td class="words">a status that is not expected<\/td><td>20<\/td><td>2 %/,
  );
  assert.match(errors, /200 × 980, 503 × 20/);
  assert.match(sectionOf(page, '<h2>What was sent'), /a cpu, 2 cores, 8 GB, an os, Node v26/);
});

const WINDOWS = COURSE.map((second) => ({
  ...second,
  responseUs: { count: 90, mean: 3000, p50: 2000, p95: 5000, p99: 9000 },
}));

test('[REPORT-34] percentiles of each second share a chart; entries of several seconds are rates all the same', () => {
  const arrivals = { kind: 'constant', poisson: false, planned: 9, durationMs: 6000, targetPerSecond: 9 } as const;
  const page = renderLoadHtml(load({}, { seconds: WINDOWS, windowSeconds: 2, arrivals }));
  const charts = sectionOf(page, '<h2>Second by second');
  assert.equal(count(charts, /<svg class="plot"/g), 4);
  assert.match(charts, /<td>9\.00<\/td><td>5\.00<\/td><td>2\.00<\/td>/);
  assert.match(
    renderLoadTable(load({}, { seconds: WINDOWS, windowSeconds: 2, arrivals })),
    /good answers +\S+ +48\.3 +45\.0 +50\.0\n[\s\S]*P95, ms +\S+ +5\.00/,
  );
});

test('[REPORT-38] flows, groups, checks, reasons and the warm-up stand in every form, escaped', () => {
  const { errors: _, ...one } = step(new Array(1000).fill(40));
  const flow = { ...one, planned: 1010, ok: 1000, failed: 10, unstarted: 4, reasons: [{ reason: NASTY, count: 6 }] };
  const more = {
    flows: { browse: flow },
    groups: { buy: flow },
    checks: [{ name: 'has <items>', passed: 990, failed: 10 }],
  };
  const result = load({}, { ...more, warmUp: { seconds: 3, settled: true } });
  const table = renderLoadTable(result);
  assert.match(
    table,
    /Flows, in ms[^\n]*\n +iterations +mean[\s\S]*?\nbrowse +1,010 +40\.0 .* 10 \(1 %\); 4 never started\n/,
  );
  assert.match(table, /\nhas <items> +990 +10\n/);
  assert.match(table, /Note: The times settled after 3 s/);
  assert.match(renderLoadMarkdown(result), /\| has &lt;items> \| 990 \| 10 \||\| has &lt;items&#62; \| 990 \| 10 \|/);
  const page = renderLoadHtml(result, { texts: ZH_CN });
  assert.match(page, /has &lt;items&gt;<\/strong><\/th><td>990/);
  assert.match(page, /迭代失败的原因[\s\S]*&lt;script&gt;/);
  assert.doesNotMatch(page, /<script/);
  assert.match(
    renderLoadTable(load({}, { warmUp: { seconds: 0, settled: false } })),
    /still changed in the second half/,
  );
});

test('[REPORT-34] the verdict is sound only of a valid whole run that met everything, and says why not', () => {
  const reasons = [{ code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } }] as const;
  assert.match(renderLoadHtml(load({})), /verdict sound/);
  assert.match(renderLoadHtml(load({}, { interrupted: true })), /verdict warning"><p>Interrupted/);
  const invalid = renderLoadHtml(load({}, { validity: { verdict: 'invalid', reasons } }));
  assert.match(invalid, /verdict warning"><p>Invalid: .*<\/p><ul><li>the generator was late: P99 12 ms/);
});

test('[REPORT-34] the page loads nothing, is made for dark and print, and names its language', () => {
  for (const texts of [undefined, ZH_CN]) {
    const page = renderLoadHtml(mixed(), { machine: MACHINE, ...(texts && { texts }) });
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
    const loaded = page.replaceAll('http://127.0.0.1:1', '');
    assert.doesNotMatch(loaded, /<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/i);
    assert.match(page, /prefers-color-scheme: dark[\s\S]*@media print/);
    assert.equal(count(page, /<svg [^>]*role="img">(?!<title>[^<])/g), 0);
    assert.equal(count(page, /<th(?! scope=)[ >]/g), 0);
  }
  assert.match(renderLoadHtml(mixed(), { texts: ZH_CN }), /<html lang="zh-CN">[\s\S]*<h1>负载测试 · GET \//);
});

test('[REPORT-34] hard case 21: whatever the service and the scenario are called is escaped', () => {
  const hostile = step([1], { statuses: { [NASTY]: 1 }, errors: { [NASTY]: 1 } as never });
  const reasons = [{ code: 'cannot-send', values: { count: 1, bound: 0, cause: NASTY } }] as const;
  const names = { scenario: NASTY, target: NASTY, startedAt: NASTY, schema: NASTY as never };
  const machine = { cpu: NASTY, cores: 1, memoryGb: 1, os: NASTY, node: NASTY };
  const result = load(
    { [NASTY]: hostile, other: hostile },
    { ...names, seconds: COURSE, validity: { verdict: 'invalid', reasons } },
  );
  const [threshold] = judgeThresholds([parseThreshold('errors<1%')], result);
  const thresholds =
    threshold === undefined ? [] : [{ ...threshold, threshold: { ...threshold.threshold, text: NASTY } }];
  for (const page of [renderLoadHtml(result, { thresholds, machine }), renderJunitXml(result, { thresholds })]) {
    assert.doesNotMatch(page, /<script|alert\('/);
    assert.match(page, /&quot;&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;&amp;/);
  }
});

test('[REPORT-34] a run of hours has no more than 240 points a chart, and loses no peak', () => {
  const long = seconds(Array.from({ length: 7200 }, (_, i) => [100, i === 5000 ? 77 : 0, 5] as const));
  const arrivals = {
    kind: 'constant',
    poisson: false,
    planned: 9,
    durationMs: 7_200_000,
    targetPerSecond: 100,
  } as const;
  const page = renderLoadHtml(load({}, { seconds: long, arrivals }));
  assert.equal(count(page, /<path class="point after"/g), 3 * 240);
  assert.match(page, /<td>77\.0<\/td>/);
});

test('[REPORT-35] hard case 20: none, one and equal samples give every output without NaN, and so does the JSON', () => {
  const cases = [[], [3], new Array(5000).fill(3)].map((times) => load({ 'GET /': step(times) }));
  const empty = load(
    {},
    { arrivals: { ...load({}).arrivals, planned: 0, durationMs: 0 }, seconds: seconds([[0, 0, 0]]) },
  );
  const failed = load({
    'GET /': step([2], { ok: 0, errors: { connect: 1 }, statuses: {}, refusedResponseTimeUs: distribution([2]) }),
  });
  for (const result of [...cases, empty, failed]) {
    const thresholds = judgeThresholds(
      ['http.p99.9<9', 'http.mean<9', 'errors<1%', 'rate>0.9'].map(parseThreshold),
      result,
    );
    const outputs = [renderLoadTable, renderLoadMarkdown, renderLoadHtml, renderJunitXml].map((render) =>
      render(result, { thresholds }),
    );
    for (const text of [...outputs, JSON.stringify({ ...result, thresholds }).replaceAll('"value":null', '')])
      assert.doesNotMatch(text, /NaN|Infinity|undefined|null/);
  }
  const [, single] = cases;
  assert.match(renderLoadTable(single ?? empty), /≥ 1,000 needed/);
});
