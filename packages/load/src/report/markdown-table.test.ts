import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMarkdownTable } from './index.ts';
import { proof, row, threeArms } from './result-doubles.test.ts';

const tableLines = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('|'));

test('[REPORT-9] a line a row, the same text for the same result', () => {
  const result = proof({ rows: [row(), row({ id: 'two', label: 'second' })] });
  const text = renderMarkdownTable(result);
  assert.equal(text, renderMarkdownTable(structuredClone(result)));
  const lines = tableLines(text);
  assert.equal(lines.length, 2 + 2);
  assert.match(lines[2] ?? '', /^\| trader mix \| mean<br>P95<br>errors \| 66\.0.* \| 1\.90.* \| \*\*×34\.5/);
  assert.match(text, /Measured on 2026-11-20 at commit 0123456789; Example CPU, 2 cores, 8 GB/);
});

test('[REPORT-9] three arms: a column each, and one for what each earlier one is divided by the last', () => {
  const [header = '', , line = ''] = tableLines(renderMarkdownTable(threeArms()));
  assert.match(
    header,
    /\| as it was \| with care \| on Millrace \| as it was ÷ on Millrace \| with care ÷ on Millrace \|$/,
  );
  for (const cell of line.split('|').slice(2, -1)) assert.equal(cell.split('<br>').length, 3);
  assert.match(line, /66\.0\u00a0±10\u00a0%.*×34\.5\u00a0±11\u00a0%/, 'ranges would make it wider than a page');
  assert.match(renderMarkdownTable(threeArms()), /±: no round lies farther off, −: none farther below\./);
});

test('[REPORT-9] a proof that was stopped or lost an arm says so below its table', () => {
  const code = { code: 'MILLRACE_PROVE_ARM_DIED', mend: 'see its output' };
  const death = { arm: 'origin', round: 3, message: 'arm as it was ended with exit code 7', ...code };
  assert.match(renderMarkdownTable(proof({ outcome: 'died', death })), /lost in round 4; .*ended with exit code 7/);
  assert.match(renderMarkdownTable(proof({ outcome: 'interrupted' })), /[Ii]nterrupted/);
  assert.doesNotMatch(renderMarkdownTable(proof()), /lost|nterrupted/);
});

test('[REPORT-9] nothing in a result opens a cell or a tag of the Markdown', () => {
  const nasty = 'a | b <script>\n| c';
  const arms = [
    { id: 'origin', label: nasty },
    { id: 'b', label: nasty },
  ];
  const text = renderMarkdownTable(proof({ arms, rows: [row({ label: nasty })], facts: { [nasty]: nasty } }));
  const cells = tableLines(text).map((line) => line.match(/(?<!\\)\|/g)?.length);
  assert.deepEqual(new Set(cells), new Set([6]));
  assert.doesNotMatch(text, /<script/);
});

test('[REPORT-9] figures and their spreads are not broken over lines, so that neighbouring cells keep level', () => {
  const [, , line = ''] = tableLines(renderMarkdownTable(proof()));
  const figures = line.split('|').slice(3, -1);
  for (const figure of figures.flatMap((cell) => cell.trim().split('<br>')))
    assert.doesNotMatch(figure, / |–(?!\u2060|\**$)/);
});
