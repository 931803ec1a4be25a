import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { EN, renderTerminalTable, ZH_CN } from './index.ts';
import { ablation, capacityRow, proof, row, threeArms } from './result-doubles.test.ts';
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
    .filter((line) => /^ +(?:优化前|mean) /.test(line))
    .map(textWidth);
  assert.equal(ends.length, 3, 'the heads of two tables and one line');
  assert.equal(ends[0], ends[1] ?? 0);
});

test('[REPORT-23] three arms fit in 100 columns, and in 90 with the spreads in percent', () => {
  const result = threeArms({ capacity: [capacityRow()] });
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
  const limits = ['range', 'steps', 'time', 'unsettled', 'stopped', 'died'] as const;
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
    assert.ok(wrapped.replaceAll('\n', '').includes(chinese));
    assert.doesNotMatch(wrapped, /^[，。；：）]/m);
  }
});
