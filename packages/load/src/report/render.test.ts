import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { TimeRatios } from '../prove/index.ts';
import { renderHtmlReport, renderMarkdownTable, renderTerminalTable } from './index.ts';
import { arm, cost, distribution, figure, proof, row, times, tooFew } from './result-doubles.test.ts';
import { EN, type Texts } from './texts.ts';

const RENDERERS = { renderTerminalTable, renderMarkdownTable, renderHtmlReport };
type Result = Parameters<typeof renderTerminalTable>[0];
const plain = (page: string): string => page.replaceAll(/<\/?small>/g, '');
const all = (result: Result): string[] => Object.values(RENDERERS).map((render) => plain(render(result)));
const tableAndPage = (result: Result): string[] => [renderTerminalTable(result), plain(renderHtmlReport(result))];

test('[REPORT-1] value with spread, what is needed, and what is censored', () => {
  const censored = arm(66, { response: times(66, { p95Ms: figure(10_000, { bound: 'at-least' }) }) });
  for (const text of all(proof({ rows: [row({ arms: [censored, arm(1.9)] })] }))) {
    assert.match(text, /66\.0 \(59\.4–72\.6\)/);
    assert.match(text, /≥ 1,000 needed/);
    assert.match(text, /≥ 10,000/);
    assert.match(text, /×34\.5 \(31\.0–37\.0\)/);
  }
});

test('[REPORT-2] whatever is missing, no output holds NaN, Infinity, undefined or null', () => {
  const value = fc.oneof(fc.constant(null), fc.double());
  const anyFigure = fc.record({
    value,
    samples: fc.nat(),
    needed: fc.nat(),
    spread: fc.oneof(fc.constant(null), fc.record({ min: fc.double(), max: fc.double() })),
  });
  const result = fc.tuple(anyFigure, anyFigure, fc.double()).map(([one, other, odd]) => {
    const [left, right] = [figure(0, one), figure(0, other)];
    const empty = arm(1, {
      response: times(1, { meanMs: left }),
      errorShare: right,
      distribution: distribution([]),
      requests: 0,
    });
    const ratio = { value: odd, bound: 'at-most', spread: { min: odd, max: odd } } as const;
    const ratios = { ...(row().ratios[0] as TimeRatios), meanMs: ratio };
    return proof({
      rows: [row({ arms: [empty, arm(1.9)], ratios: [ratios] })],
      costs: [cost({ arms: [left, right], ratios: [ratio], unit: 'share' })],
    });
  });
  fc.assert(
    fc.property(result, (one) => {
      for (const text of all(one)) assert.doesNotMatch(text, /NaN|Infinity|undefined|null|∞/);
    }),
    propertySeed(),
  );
});

test('[REPORT-2] a result without rows says that nothing was measured', () => {
  const empty = proof({
    rows: [],
    costs: [],
    rounds: [],
    facts: {},
    digests: { requests: 0, compared: false, mismatches: [] },
  });
  for (const text of all(empty)) assert.doesNotMatch(text, /NaN|undefined/);
  assert.match(renderTerminalTable(empty), /nothing was measured/);
  assert.match(renderHtmlReport(empty), /nothing was measured/);
});

test('[REPORT-3] errors are a count and a share in each table', () => {
  const failing = proof({ rows: [row({ arms: [arm(66, { errors: 7, errorShare: figure(0.0035) }), arm(1.9)] })] });
  assert.match(renderTerminalTable(failing), /7 of 2,000 \(0\.4 %\)/);
  assert.match(plain(renderHtmlReport(failing)), /7 of 2,000 \(0\.4 %\)/);
  assert.match(renderMarkdownTable(failing), /7 \(0\.4 %\) → 0 \(0 %\)/);
});

test('[REPORT-4] service time, send lag, costs, grades and validity are in table and page', () => {
  for (const text of tableAndPage(proof())) {
    for (const words of [
      /service P99/,
      /send lag P99/,
      /CPU per request, ms/,
      /needs work/,
      /all 8 runs/,
      /all 80 requests/,
    ])
      assert.match(text, words);
    assert.match(text, /33\.0 \(29\.7–36\.3\)/, 'the service time');
  }
});

test('[REPORT-5] answers that differ: where and both values, and no figure', () => {
  const mismatches = [
    {
      beforeArm: 'origin',
      afterArm: 'optimised',
      request: 'strategies, empty',
      path: '$.body.items',
      before: '[]',
      after: 'null',
    },
  ];
  const result = proof({ outcome: 'digests-differ', digests: { requests: 80, compared: true, mismatches } });
  for (const text of tableAndPage(result)) {
    for (const part of ['strategies, empty', '$.body.items', '[]', 'null', '1 place'])
      assert.ok(text.includes(part), part);
    assert.doesNotMatch(text, /trader mix|66\.0/);
  }
});

test('[REPORT-6] interruption, invalid runs, local changes and a missing commit are said', () => {
  const reasons = [
    { code: 'late', values: { percentile: 99, ms: 20, boundMs: 10 } },
    { code: 'core-full', values: { share: 0.99, boundShare: 0.9 } },
  ] as const;
  const invalid = [{ round: 1, arm: 'optimised', phase: 'mix', stream: 'main', reasons }];
  const result = proof({ outcome: 'interrupted', dirty: true, validity: { runs: 8, invalid } });
  for (const text of tableAndPage(result)) {
    assert.match(text, /Interrupted/);
    assert.match(text, /1 of 8 runs are invalid/);
    assert.match(
      text,
      /round 2, on Millrace, mix, main: the generator was late: P99 20 ms .*; the generator used 99 % of a core/,
    );
  }
  for (const text of all(result)) assert.match(text, /commit 0123456789 with local changes/);
  for (const text of all(proof({ commit: null }))) assert.match(text, /no commit/);
});

/** The catalogue with every letter replaced; a language that nobody wrote into the code. */
function pseudoTexts(): Texts {
  const mark = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(/[a-z]/gi, '§');
    if (typeof value === 'function') return (...args: unknown[]) => mark(value(...args.map(() => '7')));
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, mark(item)]));
  };
  return { ...(mark(EN) as Texts), language: 'en' };
}

test('[REPORT-7] every word comes from the catalogue', () => {
  const texts = pseudoTexts();
  const silent = {
    ...proof(),
    name: '1',
    facts: {},
    arms: [
      { id: 'origin', label: '2' },
      { id: 'b', label: '3' },
    ],
  };
  const wordless = { ...silent, rows: [row({ label: '4' })], costs: [cost({ label: '5' })] };
  const letters = (text: string): string[] => text.match(/[a-z]{2,}/gi) ?? [];
  assert.deepEqual(letters(renderTerminalTable(wordless, { texts })), ['Linux', 'Node', 'mix']);
  assert.deepEqual(letters(renderMarkdownTable(wordless, { texts }).replaceAll('<br>', '')), ['Linux', 'Node']);
  const page = renderHtmlReport(wordless, { texts })
    .replace(/^[\s\S]*<body>/, '')
    .replaceAll(/<[^>]*>|&\w+;/g, ' ');
  assert.deepEqual(letters(page), ['Linux', 'Node', 'mix']);
});

test('[REPORT-8] columns align, without colour and without blanks at the end', () => {
  const wide = renderTerminalTable(
    proof({
      arms: [
        { id: 'origin', label: '优化前' },
        { id: 'optimised', label: 'after' },
      ],
    }),
  );
  assert.equal(wide, stripVTControlCharacters(wide));
  assert.doesNotMatch(wide, /[ \t]$/m);
  const width = (line: string): number => line.length + (line.match(/[一-龥]/g)?.length ?? 0);
  const [before, after] = wide.split('\n').filter((line) => /2,000 \(0 %\)$/.test(line));
  assert.equal(width(before ?? ''), width(after ?? ''));
});

test('[REPORT-9] a line a row, the same text for the same result', () => {
  const result = proof({ rows: [row(), row({ id: 'two', label: 'second' })] });
  const text = renderMarkdownTable(result);
  assert.equal(text, renderMarkdownTable(structuredClone(result)));
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  assert.equal(lines.length, 2 + 2);
  assert.match(lines[2] ?? '', /^\| trader mix \| 66\.0 .* → 1\.90 .*×34\.5/);
  assert.match(text, /Measured on 2026-11-20 at commit 0123456789; Example CPU, 2 cores, 8 GB/);
});

test('[REPORT-9] nothing in a result opens a cell or a tag of the Markdown', () => {
  const nasty = 'a | b <script>\n| c';
  const arms = [
    { id: 'origin', label: nasty },
    { id: 'b', label: nasty },
  ];
  const text = renderMarkdownTable(proof({ arms, rows: [row({ label: nasty })], facts: { [nasty]: nasty } }));
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.match(/(?<!\\)\|/g)?.length);
  assert.deepEqual(new Set(cells), new Set([7]));
  assert.doesNotMatch(text, /<script/);
});

test('[REPORT-10] the page loads nothing', () => {
  const page = renderHtmlReport(proof());
  assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
  assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/i);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /name="viewport"/);
});

test('[REPORT-11] everything from the result is escaped', () => {
  const nasty = `"><script>alert('x')</script>&`;
  const arms = [
    { id: 'origin', label: nasty },
    { id: 'b', label: nasty },
  ];
  const digests = {
    requests: 1,
    compared: true,
    mismatches: [{ beforeArm: 'origin', afterArm: 'b', request: nasty, path: nasty, before: nasty, after: nasty }],
  };
  const failed = { code: 'cannot-send', values: { count: 1, bound: 0, cause: nasty } } as const;
  const validity = { runs: 1, invalid: [{ round: 0, arm: 'b', phase: nasty, stream: nasty, reasons: [failed] }] };
  const machine = { cpu: nasty, cores: 1, memoryGb: 1, os: nasty, node: nasty };
  const strings = { name: nasty, commit: nasty, facts: { [nasty]: nasty }, arms, validity, machine };
  const measured = proof({ ...strings, rows: [row({ label: nasty })], costs: [cost({ label: nasty, phase: nasty })] });
  for (const result of [measured, proof({ ...strings, outcome: 'digests-differ', digests })]) {
    const page = renderHtmlReport(result);
    assert.doesNotMatch(page, /<script|alert\('/);
    assert.match(page, /&quot;&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;&amp;/);
  }
});

test('[REPORT-12] each row has two curves that never fall, and two bars of grades', () => {
  const page = renderHtmlReport(proof());
  const curves = [...page.matchAll(/<path class="curve \w+" d="M([^"]+)"/g)].map(([, d = '']) =>
    d.split('L').map((point) => Number(point.split(',')[1])),
  );
  assert.equal(curves.length, 2);
  for (const heights of curves) {
    assert.ok(
      heights.every((height, i) => i === 0 || height <= (heights[i - 1] ?? 0)),
      'a smaller y is higher up',
    );
    assert.ok((heights.at(-1) ?? 0) < (heights[0] ?? 0));
  }
  const bars = [...page.matchAll(/<svg class="bar"[\s\S]*?<\/svg>/g)].map(([bar]) =>
    [...bar.matchAll(/width="([\d.]+)"/g)].map(([, width]) => Number(width)),
  );
  assert.equal(bars.length, 2);
  for (const widths of bars) assert.ok(Math.abs(widths.reduce((sum, width) => sum + width, 0) - 600) < 1);
});

test('[REPORT-1] a percentile with too few samples is no number anywhere', () => {
  const result = proof({ rows: [row({ arms: [arm(66, { response: times(66, { p95Ms: tooFew }) }), arm(1.9)] })] });
  assert.match(renderMarkdownTable(result), /≥ 1,000 needed → 1\.90/);
});
