import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadSetup } from '../result/index.ts';
import { load, step } from './load-doubles.test.ts';
import { renderLoadHtml } from './load-html.ts';
import { renderLoadMarkdown } from './load-markdown.ts';
import { renderLoadTable } from './load-table.ts';
import { EN } from './texts.ts';
import { ZH_CN } from './texts-zh-cn.ts';

const STEPS = { 'GET /': step(new Array(1000).fill(3)) };
const SETUP: LoadSetup = {
  ...{ model: 'open', connections: 64, engine: 'fast', pacing: 'eco', workers: 1, timeoutMs: 10_000, shape: {} },
};

/** In every form, without tags and line ends, for what may be wrapped. */
function rendered(result: Parameters<typeof renderLoadTable>[0], texts: typeof EN): string[] {
  return [renderLoadTable, renderLoadMarkdown, renderLoadHtml].map((render) =>
    render(result, { texts })
      .replaceAll(/<[^>]*>|\n/g, ' ')
      .replaceAll(/[\u00a0\u2060\\]/g, ' ')
      .replaceAll(/ +/g, ' '),
  );
}

test('[REPORT-74] code of a scenario that is slow is named in table, Markdown and HTML, in either language', () => {
  const values = { step: 'reads the cart', ms: 6.25, boundMs: 1 };
  const result = load(STEPS, { remarks: [{ code: 'slow-code', values }] });
  for (const text of rendered(result, EN)) assert.match(text, /Note: the code of reads the cart took 6\.25 ms a call/);
  for (const text of rendered(result, ZH_CN)) {
    assert.match(text.replaceAll(' ', ''), /readsthecart的场景代码每次调用耗时6\.25ms（上限1ms）/);
  }
});

test('[REPORT-74] slow readers, and a name that was resolved anew, stand in the heading', () => {
  const told = (setup: Partial<LoadSetup>, texts: typeof EN): string[] =>
    rendered(load(STEPS, { setup: { ...SETUP, ...setup } }), texts);
  for (const text of told({ readBytesPerSecond: 64_000, dns: 'connect' }, EN)) {
    assert.match(text, /slow readers: 64,000 bytes\/s a connection · name resolved for each connection/);
  }
  for (const text of told({ dns: { ttlMs: 1_500 } }, EN)) assert.match(text, /name resolved again after 1\.5 s/);
  for (const text of told({}, EN)) assert.doesNotMatch(text, /slow readers|resolved/);
  for (const text of told({ readBytesPerSecond: 64_000, dns: { ttlMs: 30_000 } }, ZH_CN)) {
    assert.match(text.replaceAll(' ', ''), /慢速读取：每个连接每秒64,000字节·域名每30秒重新解析/);
  }
});
