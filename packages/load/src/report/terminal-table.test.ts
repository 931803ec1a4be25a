import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { EN, renderTerminalTable, ZH_CN } from './index.ts';
import {
  ablation,
  arm,
  capacityRow,
  cost,
  figure,
  proof,
  ratio,
  ratios,
  row,
  threeArms,
  times,
} from './result-doubles.test.ts';
import { textWidth } from './text-width.ts';

const widest = (text: string): number => Math.max(...text.split('\n').map(textWidth));

test('[REPORT-8] columns align, without colour and without blanks at the end', () => {
  const arms = [
    { id: 'origin', label: '优化前' },
    { id: 'optimised', label: 'after' },
  ];
  const wide = renderTerminalTable(proof({ arms }));
  assert.equal(wide, stripVTControlCharacters(wide));
  assert.doesNotMatch(wide, /[ \t]$/m);
  const ends = wide
    .split('\n')
    .filter((line) => /^ +优化前 |^trader mix +mean /.test(line))
    .map(textWidth);
  assert.equal(ends.length, 3, 'the heads of two tables and one line');
  assert.equal(ends[0], ends[1] ?? 0);
});

test('[REPORT-23] three arms fit in 100 columns, and in 90 with the spreads in percent', () => {
  const enough = arm(1.9, { response: times(1.9, { p99Ms: figure(9) }) });
  const rows = [row({ arms: [arm(66), arm(12), enough], ratios: [ratios, ratios] })];
  const result = threeArms({ capacity: [capacityRow()], rows });
  assert.ok(widest(renderTerminalTable(result)) <= 100);
  const narrow = renderTerminalTable(result, { columns: 90 });
  assert.ok(widest(narrow) <= 90, String(widest(narrow)));
  assert.match(narrow, /66\.0 ±10 % .*×34\.5 ±11 %/, 'rounded up, so that no round lies farther off');
  assert.match(narrow, /n < 1,000/);
  const wide = renderTerminalTable(result, { columns: 120 });
  assert.match(wide, /66\.0 \(59\.4–72\.6\).*×34\.5 \(31\.0–37\.0\)/);
  assert.match(wide, /≥ 1,000 needed/);
});

test('[REPORT-23] where not all columns fit, each stands in one of several tables', () => {
  const narrow = renderTerminalTable(threeArms(), { columns: 50 });
  assert.ok(widest(narrow) <= 50);
  for (const head of ['as it was', 'with care', 'on Millrace', 'as it was ÷', 'with care ÷'])
    assert.ok(
      narrow.split('\n').some((line) => line.startsWith('  ') && line.includes(head)),
      head,
    );
});

test('[REPORT-23] whatever the width from 40 on, no line is wider, in either language, and labels are wrapped whole', () => {
  const label = 'a label of a row that is a good deal longer than the terminal that it is shown in is wide';
  const chinese = '这是一个比终端宽度还要长很多的测量项名称，需要在汉字之间折行，而且标点不应该出现在行首';
  const { arms, ...searched } = capacityRow();
  const limits = ['range', 'steps', 'time', 'unsettled', 'stopped', 'died', 'port-in-use'] as const;
  const limited = limits.map((limitedBy, i) => {
    const perSecond = { value: i % 2 === 0 ? null : 12_345, spread: null, bound: 'at-least' } as const;
    return { ...searched, arms: arms.map((arm) => ({ ...arm, perSecond, limitedBy })) };
  });
  const results = [threeArms({ capacity: [capacityRow(), ...limited] }), ablation(), proof({ rows: [row({ label })] })];
  for (const columns of [40, 47, 60, 61, 72, 80, 99, 118, 160]) {
    for (const texts of [EN, ZH_CN]) {
      for (const result of results) assert.ok(widest(renderTerminalTable(result, { columns, texts })) <= columns);
    }
    const wrapped = renderTerminalTable(proof({ rows: [row({ label: chinese })] }), { columns, texts: ZH_CN });
    const labels = wrapped.split('\n').map((line) => line.split('  ')[0]);
    assert.ok(labels.join('').includes(chinese));
    assert.doesNotMatch(wrapped, /^[，。；：）]/m);
  }
});

test('[REPORT-29] a line that says nothing in any arm is left out, and it is said which', () => {
  const both = (value: number | null) => [figure(value), figure(value)];
  const costs = [
    cost(),
    cost({ label: 'upstream calls', arms: both(0) }),
    cost({ label: 'check on a hit', arms: both(null) }),
    cost({ label: 'connects', arms: [figure(0.1), figure(0)] }),
    cost({ label: 'once', arms: both(0).map((one) => ({ ...one, spread: { min: 0, max: 1 } })) }),
  ];
  const failing = row({ label: 'failing', arms: [arm(66), arm(1.9, { errors: 2 })] });
  const text = renderTerminalTable(proof({ costs, rows: [row(), failing] }));
  assert.doesNotMatch(text, / P99 {2}/);
  assert.match(text, /\nLeft out where no arm has enough requests: P99 \(needs 1,000\)\.\n/);
  assert.equal(text.match(/ errors {2}/g)?.length, 1);
  assert.match(text, /\nWhere no line of errors stands, no request failed\.\n/);
  assert.match(text, /\n0 in every arm: upstream calls, ms \(all day\)\.\n/);
  assert.match(text, /\nSkipped in every arm: check on a hit, ms \(all day\)\.\n/);
  for (const shown of [/^connects, ms +all day +0\.100 +0 /m, /^once, ms +all day +0 /m]) assert.match(text, shown);
  const full = arm(66, { errors: 1, response: times(66, { p99Ms: figure(9) }) });
  const said = renderTerminalTable(proof({ rows: [row({ arms: [full, full] })] }));
  assert.doesNotMatch(said, /Left out|Where no line|in every arm/);
});

test('[REPORT-29] a cost stands once, with a line a phase, and a table of nothing but 0 is none', () => {
  const phases = ['mix', 'burst'].map((id) => ({ id, label: id }));
  const costs = phases.map(({ id }) => cost({ phase: id }));
  assert.match(renderTerminalTable(proof({ phases, costs })), /^CPU per request, ms +mix +12\.0 .*\n +burst +12\.0 /m);
  const nothing = [cost({ arms: [figure(0), figure(0)], ratios: [{ ...ratio, value: null }] })];
  assert.match(
    renderTerminalTable(proof({ costs: nothing })),
    /\nWhat a request costs the service\n0 in every arm: CPU per request, ms \(all day\)\.\n/,
  );
});
