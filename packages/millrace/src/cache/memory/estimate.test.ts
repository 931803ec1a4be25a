import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { estimateBytes } from './estimate.ts';

function sizeOf(value: unknown): number {
  return estimateBytes(value, '') - estimateBytes(null, '');
}

test('[CACHE-113] the estimate grows with what a value holds, wherever it holds it', () => {
  const text = 'x'.repeat(1_000);
  const holders: unknown[] = [text, [text], { text }, { deep: [{ text }] }, new Map([['a', text]]), new Set([text])];
  for (const holder of holders) assert.ok(sizeOf(holder) >= 2_000 && sizeOf(holder) < 4_200, `${sizeOf(holder)}`);
  assert.ok(sizeOf(Buffer.alloc(5_000)) >= 5_000);
  assert.ok(sizeOf(new ArrayBuffer(5_000)) >= 5_000);
  assert.ok(sizeOf(10n ** 2_000n) >= 800);
  assert.ok(estimateBytes(null, text) >= 2_000);
});

test('[CACHE-113] what is met twice counts once, and a circle ends', () => {
  const row = { text: 'x'.repeat(1_000) };
  assert.ok(sizeOf([row, row]) < 1.1 * sizeOf([row]));
  const circle: unknown[] = [];
  circle.push(circle, { circle });
  assert.ok(sizeOf(circle) < 200);
});

test('[CACHE-113] a long list is measured by a part of it', () => {
  let looks = 0;
  const row = {
    get text(): string {
      looks++;
      return 'x'.repeat(50);
    },
  };
  const rows = Array.from({ length: 50_000 }, () => Object.create(null, Object.getOwnPropertyDescriptors(row)));
  const bytes = sizeOf(rows);
  assert.equal(looks, 1_000);
  assert.ok(bytes > 50_000 * 116 && bytes < 50_000 * 200, `${bytes}`);
});

test('[CACHE-113] values without content, and empty ones, have a size that is a number', () => {
  for (const value of [undefined, null, true, 0, '', [], {}, new Map(), Symbol('s'), () => 1, new Date(0)]) {
    assert.ok(sizeOf(value) >= 0 && sizeOf(value) <= 32, String(sizeOf(value)));
  }
});
