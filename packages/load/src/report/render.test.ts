import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { renderHtmlReport, renderMarkdownTable, renderTerminalTable } from './index.ts';
import {
  ablation,
  arm,
  capacityRow,
  cost,
  distribution,
  figure,
  proof,
  ratios,
  row,
  threeArms,
  times,
  tooFew,
} from './result-doubles.test.ts';
import { EN, type Texts } from './texts.ts';

const RENDERERS = { renderTerminalTable, renderMarkdownTable, renderHtmlReport };
type Result = Parameters<typeof renderTerminalTable>[0];
const plain = (page: string): string =>
  page
    .replaceAll(/<\/?small>/g, '')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\u2060', '');
const all = (result: Result): string[] => Object.values(RENDERERS).map((render) => plain(render(result)));
const tableAndPage = (result: Result): string[] => [renderTerminalTable(result), plain(renderHtmlReport(result))];

test('[REPORT-1] value with spread, what is needed, and what is censored', () => {
  const censored = arm(66, { response: times(66, { p95Ms: figure(10_000, { bound: 'at-least' }) }) });
  for (const text of all(proof({ rows: [row({ arms: [censored, arm(1.9)] })] }))) {
    assert.match(text, /66\.0 \(59\.4–72\.6\)/);
    assert.match(text, /≥ 10,000/);
    assert.match(text, /×34\.5 \(31\.0–37\.0\)/);
  }
  const enough = arm(1.9, { response: times(1.9, { p99Ms: figure(9) }) });
  for (const text of tableAndPage(proof({ rows: [row({ arms: [arm(66), enough] })] })))
    assert.match(text, /≥ 1,000 needed/);
});

test('[REPORT-1] a percentile with too few samples is no number anywhere', () => {
  const short = arm(66, { response: times(66, { p95Ms: tooFew }) });
  assert.match(plain(renderMarkdownTable(proof({ rows: [row({ arms: [short, arm(1.9)] })] }))), /≥ 1,000 needed/);
});

test('[REPORT-20] a figure that was not measured has its label, and every table says what the others are', () => {
  const one = figure(12, { label: 'estimated' });
  const never = arm(1, { requests: 0, errorShare: figure(null, { samples: 0 }), grades: null });
  const none = figure(null, { samples: 0 });
  const absent = { meanMs: none, p50Ms: none, p95Ms: none, p99Ms: none, maxMs: none };
  const arms = [arm(66, { response: times(66, { meanMs: one }) }), { ...never, response: absent }];
  for (const text of all(proof({ rows: [row({ arms })] }))) {
    assert.match(text, /12\.0 \[estimated\]/);
    assert.match(text, /– skipped/);
    assert.match(text, /Every figure is measured in this run unless marked/);
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
  const columns = fc.integer({ min: -5, max: 200 });
  const result = fc.tuple(anyFigure, anyFigure, fc.double()).map(([one, other, odd]) => {
    const [left, right] = [figure(0, one), figure(0, other)];
    const response = times(1, { meanMs: left });
    const empty = arm(1, { response, errorShare: right, distribution: distribution([]), requests: 0, grades: null });
    const ratio = { value: odd, bound: 'at-most', spread: { min: odd, max: odd } } as const;
    return threeArms({
      rows: [row({ arms: [empty, arm(2), arm(1)], ratios: [{ ...ratios, meanMs: ratio }, ratios] })],
      costs: [cost({ arms: [left, right, left], ratios: [ratio, ratio], unit: 'share' })],
      capacity: [capacityRow({ ratios: [ratio, ratio] })],
    });
  });
  fc.assert(
    fc.property(result, columns, (one, width) => {
      for (const text of [...all(one), renderTerminalTable(one, { columns: width })])
        assert.doesNotMatch(text, /NaN|Infinity|undefined|null|∞/);
    }),
    propertySeed(),
  );
});

test('[REPORT-2] a result without rows says that nothing was measured', () => {
  const digests = { requests: 0, compared: false, mismatches: [] };
  const empty = proof({ rows: [], costs: [], rounds: [], facts: {}, digests });
  for (const text of all(empty)) assert.doesNotMatch(text, /NaN|undefined/);
  for (const text of tableAndPage(empty)) assert.match(text, /(?:^|>)Nothing was measured\./m);
});

test('[REPORT-3] errors are a count and a share in each table', () => {
  const failing = proof({ rows: [row({ arms: [arm(66, { errors: 7, errorShare: figure(0.0035) }), arm(1.9)] })] });
  assert.match(renderTerminalTable(failing), /errors +7 \(0\.4 %\) +0 \(0 %\)/);
  assert.match(plain(renderHtmlReport(failing)), /7 of 2,000 \(0\.4 %\)/);
  assert.match(plain(renderMarkdownTable(failing)), /7 \(0\.4 %\) \|.*0 \(0 %\) \|/);
});

test('[REPORT-4] service time, send lag, costs, grades and validity are in the page, and on demand in the table', () => {
  for (const text of [renderTerminalTable(proof(), { details: true }), plain(renderHtmlReport(proof()))]) {
    for (const words of [
      /service(?: P95|, ms)/,
      /send lag(?: P|, ms)/,
      /CPU per request, ms/,
      /needs work/,
      /all 8 runs/,
      /the 80 requests/,
    ])
      assert.match(text, words);
    assert.match(text, /33\.0 (?:\(29\.7–36\.3\)|±10 %)/, 'the service time');
  }
  assert.match(renderTerminalTable(proof(), { details: true }), /trader mix +50\/25\/15\/7\/3 /);
  assert.doesNotMatch(renderTerminalTable(proof()), /send lag, ms|schedule lag|needs work/);
  assert.match(renderTerminalTable(proof()), /Grades, service times and lags: in the HTML report/);
  for (const details of [true, false]) assert.doesNotMatch(renderTerminalTable(ablation(), { details }), /[Gg]rades/);
});

test('[REPORT-5] answers that differ: where, between which arms, both values, and no figure', () => {
  const one = { beforeArm: 'origin', afterArm: 'optimised', before: '[]', after: 'null' };
  const mismatches = [{ ...one, request: 'strategies, empty', path: '$.body.items' }];
  const result = proof({ outcome: 'digests-differ', digests: { requests: 80, compared: true, mismatches } });
  for (const text of tableAndPage(result)) {
    for (const part of ['strategies, empty', '$.body.items', 'as it was', 'on Millrace', '[]', 'null', '1 place'])
      assert.ok(text.includes(part), part);
    assert.doesNotMatch(text, /trader mix|66\.0/);
  }
});

test('[REPORT-6] interruption, invalid runs, local changes and a missing commit are said', () => {
  const reasons = [
    { code: 'late', values: { percentile: 99, ms: 20, boundMs: 10 } },
    { code: 'unsettled', values: { seconds: 20, boundMs: 100 } },
  ] as const;
  const invalid = [{ round: 1, arm: 'optimised', phase: 'mix', stream: 'main', reasons }];
  const result = proof({ outcome: 'interrupted', dirty: true, validity: { runs: 8, invalid } });
  for (const text of tableAndPage(result)) {
    assert.match(text, /Interrupted/);
    assert.match(text, /1 of 8 runs is invalid/);
    assert.match(
      text.replaceAll(/\n +/g, ' '),
      /round 2, on Millrace, all day, main: the generator was late: P99 20 ms \(bound 10 ms\); the arm/,
    );
  }
  for (const text of all(result)) assert.match(text.replaceAll('\n', ' '), /commit 0123456789 with local changes/);
  for (const text of all(proof({ commit: null }))) assert.match(text, /no commit/);
});

test('[REPORT-21] an invalid run is marked at its row and arm in every table', () => {
  const invalid = [{ round: 1, arm: 'optimised', phase: 'mix', stream: 'main', reasons: [] }];
  const rows = [row(), row({ id: 'other', label: 'untouched', stream: 'other' })];
  for (const text of all(proof({ rows, validity: { runs: 8, invalid } }))) {
    assert.match(text, /! trader mix/);
    assert.doesNotMatch(text, /! untouched/);
  }
  const marked = proof({ rows, validity: { runs: 8, invalid } });
  assert.match(renderHtmlReport(marked), /! on Millrace/);
  assert.match(renderTerminalTable(marked), /^! trader mix +mean +66\.0 .* ! 1\.90 /m);
  assert.match(renderTerminalTable(marked), /^untouched +mean +66\.0 .* {2}1\.90 /m);
  for (const text of all(proof({ rows }))) assert.doesNotMatch(text, /! trader|! on Millrace/);
});

test('[REPORT-21] the verdict comes first: validity, then how many rows became what', () => {
  const alike = {
    ...ratios,
    meanMs: { value: 1, bound: 'exact', spread: { min: 0.9, max: 1.1 }, interval: { min: 0.97, max: 1.03 } },
  } as const;
  const slower = {
    ...ratios,
    meanMs: { value: 0.5, bound: 'exact', spread: { min: 0.4, max: 0.6 }, interval: { min: 0.3, max: 0.9 } },
  } as const;
  const far = { value: 2, bound: 'at-most', spread: { min: 1.5, max: 3 }, interval: { min: 1.1, max: 3.6 } } as const;
  const bounded = { ...ratios, meanMs: far };
  const open = { ...ratios, meanMs: { value: 2, bound: 'exact', spread: null } } as const;
  const rows = [ratios, ratios, alike, bounded, slower, open].map((one, i) => row({ id: String(i), ratios: [one] }));
  const said =
    /on Millrace against as it was, by the mean: faster in 2 of the 5 rows that can be judged \(.*\), slower in 1 \(×0\.500\), no difference in 1, cannot tell in 1; not judged, because of a single round: 1 row \(×2\.00\)\./;
  for (const text of tableAndPage(proof({ rows }))) {
    assert.match(text.replaceAll('\n', ' '), said);
    assert.ok(text.search('all 8 runs') < text.search('by the mean'));
    assert.ok(text.search('by the mean') < text.search('Response time'));
  }
});

test('[REPORT-21] rows of a single round are not counted among those that were judged', () => {
  const open = { ...ratios, meanMs: { value: 858, bound: 'exact', spread: null } } as const;
  const none = { ...ratios, meanMs: { value: null, bound: 'exact', spread: null } } as const;
  const verdictOf = (...found: (typeof ratios)[]): string =>
    renderTerminalTable(proof({ rows: found.map((one, i) => row({ id: String(i), ratios: [one] })) })).replaceAll(
      '\n',
      ' ',
    );
  assert.match(verdictOf(ratios), /by the mean: faster in 1 of 1 row \(×34\.5\), slower in 0\./);
  assert.match(
    verdictOf(open, none),
    /no row can be judged; not judged, because of a single round: 1 row \(×858\); not comparable: 1 row\./,
  );
});

test('[REPORT-21] one run, one round and none are not spoken of as several', () => {
  const one = proof({ validity: { runs: 1, invalid: [] }, rounds: proof().rounds.slice(0, 1) });
  for (const text of tableAndPage(one).map((text) => text.replaceAll('\n', ' '))) {
    assert.match(text, /schedule in the one run\./);
    assert.match(text, /; one round in a fresh process;/);
  }
  const invalid = [{ round: 0, arm: 'origin', phase: 'mix', stream: 'main', reasons: [] }];
  for (const text of tableAndPage(proof({ validity: { runs: 1, invalid } })))
    assert.match(
      text.replaceAll('\n', ' '),
      /1 of 1 run is invalid: the generator, not the service, may have set its figures/,
    );
  for (const text of tableAndPage(proof({ rounds: [] })))
    assert.match(text.replaceAll('\n', ' '), /; no round in a fresh process;/);
});

test('[REPORT-21] a switch with an invalid run is marked in an ablation', () => {
  const invalid = [{ round: 1, arm: 'cache.none', phase: 'mix', stream: 'main', reasons: [] }];
  for (const text of tableAndPage({ ...ablation(), validity: { runs: 6, invalid } })) {
    assert.match(text, /! without the cache/);
    assert.doesNotMatch(text, /! synchronous log/);
  }
});

test('[REPORT-21] an arm that this tier leaves out is said to be skipped', () => {
  const skippedArms = [{ id: 'typical', label: 'with care', measuredIn: 'main' }] as const;
  for (const text of tableAndPage(proof({ skippedArms })))
    assert.match(text, /with care: skipped here, measured from the tier “main” on/);
});

test('[REPORT-21] an arm that this machine cannot run is said to be skipped, with the reason', () => {
  const unavailable = { en: 'no such server here', 'zh-CN': '此处没有该服务器' };
  const skippedArms = [{ id: 'shared', label: 'with a server', measuredIn: 'full', unavailable }] as const;
  for (const text of tableAndPage(proof({ skippedArms })))
    assert.match(text.replaceAll('\n', ' '), /with a server: skipped, no such server here/);
});

test('[REPORT-22] capacity: each arm with what limited it, how many times the last serves, and the SLO as a target', () => {
  for (const text of tableAndPage(threeArms({ capacity: [capacityRow()] }))) {
    for (const part of [
      /token mix/,
      /SLO \(target\): P99 (?:<|&lt;) 200 ms/,
      /120\/s/,
      /≥ 4,000\/s \(generator\)/,
      /≥ ×33\.3/,
    ])
      assert.match(text, part);
  }
});

test('[REPORT-26] an arm that died in a search is said before any figure, in either language', () => {
  const row = capacityRow();
  const arms = row.arms.map((one, i) => {
    return i === 0 ? ({ ...one, limitedBy: 'died', death: 'ended with exit code 7 <b>' } as const) : one;
  });
  const result = threeArms({ capacity: [{ ...row, arms }] });
  for (const text of tableAndPage(result)) {
    const said = text.search('as it was was lost in the search for the capacity of token mix: ended with exit code 7');
    assert.ok(said >= 0 && said < text.search('66.0'));
  }
  assert.match(renderHtmlReport(result), /class="verdict warning"/);
  assert.match(renderHtmlReport(threeArms({ capacity: [row] })), /class="verdict sound"/);
  const nothing = { ...row.arms[0], perSecond: { value: null, spread: null, bound: 'at-least' } } as const;
  const stopped = [{ ...nothing, limitedBy: 'stopped' } as never, ...row.arms.slice(1)];
  for (const text of tableAndPage(threeArms({ capacity: [{ ...row, arms: stopped }] }))) {
    assert.match(text, /– skipped \(stopped\)/);
  }
});

test('[REPORT-26] an arm that died in a round is said before the figures of the rounds before', () => {
  const code = { code: 'MILLRACE_PROVE_ARM_DIED', mend: 'read its output' };
  const death = { arm: 'origin', round: 3, message: 'arm as it was ended with exit code 7', ...code };
  for (const text of tableAndPage(proof({ outcome: 'died', death }))) {
    const said = text.search(
      'as it was was lost in round 4; the figures are those of the rounds before it. arm as it was ended',
    );
    assert.ok(said >= 0 && said < text.search('66.0'));
  }
  assert.match(renderHtmlReport(proof({ outcome: 'died', death })), /class="verdict warning"/);
});

test('[REPORT-22] the verdict of an ablation does not count a switch that the rounds cannot tell of', () => {
  const { ablations, ...result } = ablation();
  const [first, ...others] = ablations;
  assert.ok(first !== undefined && others.length > 0);
  const unknown = others.map((one) => ({ ...one, verdict: 'unknown' as const }));
  const mixed = { ...result, ablations: [{ ...first, verdict: 'slower' as const }, ...unknown] };
  for (const text of tableAndPage(mixed))
    assert.match(text, new RegExp(`1 of the 1 switch that can be judged makes .*; cannot tell of ${others.length}\\.`));
  for (const text of tableAndPage({ ...result, ablations: unknown })) assert.doesNotMatch(text, /can be judged/);
});

test('[REPORT-22] ablation: each switch with its ratio and spread, those whose spread holds 1 as no difference', () => {
  for (const text of tableAndPage(ablation())) {
    for (const part of [
      /without the cache/,
      /×34\.5 \(31\.0–37\.0\)/,
      /×1\.02 \(0\.970–1\.06\)/,
      /no difference/,
      /1 of 2 switches/,
    ])
      assert.match(text, part);
    assert.ok(text.search('without the cache') < text.search('synchronous log'), 'the costliest first');
  }
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
  const arms = ['origin', 'typical', 'optimised'].map((id, i) => ({ id, label: String(i) }));
  const wordless = threeArms({ name: '1', facts: {}, arms, capacity: [capacityRow({ label: '6' })] });
  const numbers = {
    rows: wordless.rows.map((one) => ({ ...one, label: '4' })),
    costs: wordless.costs.map((one) => ({ ...one, label: '5' })),
  };
  const result = { ...wordless, ...numbers };
  const letters = (text: string): Set<string> => new Set(text.match(/[a-z]{2,}/gi));
  assert.deepEqual(letters(renderTerminalTable(result, { texts })), new Set(['Linux', 'Node', 'all', 'day']));
  const markdown = renderMarkdownTable(result, { texts }).replaceAll(/<br>|&nbsp;/g, '');
  assert.deepEqual(letters(markdown), new Set(['Linux', 'Node']));
  const page = renderHtmlReport(result, { texts })
    .replace(/^[\s\S]*<body>/, '')
    .replaceAll(/<[^>]*>|&\w+;/g, ' ');
  assert.deepEqual(letters(page), new Set(['Linux', 'Node', 'all', 'day']));
});
