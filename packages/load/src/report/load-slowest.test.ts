import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlowRequest } from '../result/index.ts';
import { load, step } from './load-doubles.test.ts';
import { renderLoadHtml } from './load-html.ts';
import { renderLoadMarkdown } from './load-markdown.ts';
import { ZH_CN } from './texts-zh-cn.ts';

function slow(ms: number, more: Partial<SlowRequest> = {}): SlowRequest {
  const traceId = String(ms).padStart(32, '0');
  return {
    traceId,
    spanId: 'ab'.repeat(8),
    responseUs: ms * 1_000,
    serviceUs: ms * 500,
    startMs: 1_500,
    status: 200,
    ...more,
  };
}

const RESULT = load({
  read: step([1], { slowest: Array.from({ length: 10 }, (_, i) => slow(900 - i)) }),
  write: step([1], { slowest: [slow(895.5), slow(7, { error: 'timeout' })].map(({ status, ...rest }) => rest) }),
});

test('[REPORT-39] the page shows the slowest of each row with times, answer and trace id', () => {
  const page = renderLoadHtml(RESULT);
  const [section = ''] = page.slice(page.indexOf('<h2>The slowest')).split('</section>');
  assert.equal(section.match(/<th scope="row">read<\/th>/g)?.length, 10);
  assert.match(section, /read<\/th><td>900<\/td><td>450<\/td><td>1\.50<\/td><td>200<\/td><td>0{29}900<\/td>/);
  assert.match(section, /write<\/th><td>7\.00<\/td><td>3\.50<\/td><td>1\.50<\/td><td>timeout<\/td>/);
  assert.match(renderLoadHtml(RESULT, { texts: ZH_CN }), /最慢的请求/);
});

test('[REPORT-39] the Markdown shows the slowest of all, in order', () => {
  const lines = renderLoadMarkdown(RESULT)
    .split('\n')
    .filter((line) => /\| 0+\d+(\.\d)? \|$/.test(line));
  assert.equal(lines.length, 10);
  assert.match(lines[5] ?? '', /^\| write \|/);
});

test('[REPORT-39] without traces there is no such table', () => {
  const plain = load({ read: step([1]) });
  assert.doesNotMatch(renderLoadHtml(plain) + renderLoadMarkdown(plain), /slowest requests/);
});
