import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { cutToWidth, textWidth, wrapText } from './text-width.ts';

const WIDTHS: Readonly<Record<string, number>> = {
  '': 0,
  'P95 ms': 6,
  优化前后: 8,
  '《基准》，': 10,
  'ＡＢ！～': 8,
  カタカナ: 8,
  성능: 4,
  𠮷: 2,
  '🚀⌛✅': 6,
  '☑✓🖥': 3,
  é: 1,
  'e\u0301': 1,
  'a\u200bb': 2,
  '×1.5 → ≥ 2–3 · █░': 17,
  '平均 P95：优秀': 14,
};

test('[REPORT-8] a full-width character takes two columns, a combining mark none, any other one', () => {
  for (const [text, width] of Object.entries(WIDTHS)) assert.equal(textWidth(text), width, text);
});

test('[REPORT-8] a text is cut at a whole character, and as late as it fits', () => {
  assert.equal(cutToWidth('已用 1:05', 3), '已');
  assert.equal(cutToWidth('已用 1:05', 4), '已用');
  assert.equal(cutToWidth('𠮷𠮷', 3), '𠮷');
  assert.equal(cutToWidth('abc', 0), '');
  const pieces = fc.array(fc.constantFrom('a', '测', '🚀', '，', 'e\u0301', ' '));
  fc.assert(
    fc.property(pieces, fc.nat(30), (parts, columns) => {
      const text = parts.join('');
      const cut = cutToWidth(text, columns);
      assert.ok(text.startsWith(cut));
      assert.ok(textWidth(cut) <= columns);
      assert.ok(cut === text || textWidth(cut) > columns - 2);
    }),
    propertySeed(),
  );
});

test('[REPORT-23] a text is wrapped at blanks and between Chinese characters, and no mark begins a line', () => {
  assert.deepEqual(wrapText('a label that is long', 8), ['a label', 'that is', 'long']);
  assert.deepEqual(wrapText('  set in as deep', 8), ['  set in', '  as', '  deep']);
  assert.deepEqual(wrapText('延迟过高，请求变慢', 8), ['延迟过', '高，请求', '变慢']);
  assert.deepEqual(wrapText('unbreakable', 4), ['unbr', 'eaka', 'ble']);
  assert.deepEqual(wrapText('', 4), ['']);
  assert.deepEqual(wrapText('   word', 4), ['  wo', '  rd'], 'set in by half the columns at most');
});

test('[REPORT-23] wrapping keeps every character but blanks, and no line is wider', () => {
  const pieces = fc.array(fc.constantFrom('word', 'a', '测量', '，', '（', '）', '🚀', ' ', '100 %'));
  fc.assert(
    fc.property(pieces, fc.integer({ min: 4, max: 30 }), (parts, columns) => {
      const text = parts.join('');
      const lines = wrapText(text, columns);
      const bare = (one: string): string => one.replaceAll(/\s/g, '');
      assert.equal(bare(lines.join('')), bare(text));
      if (text.trim() !== '') for (const line of lines) assert.ok(textWidth(line) <= columns, `${line}|${columns}`);
    }),
    propertySeed(),
  );
});
