import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUES } from './catalogues.ts';
import { renderServedArm } from './served-arm.ts';

const ARM = {
  ...{ name: 'orders', label: 'after', baseUrl: 'http://127.0.0.1:41234' },
  facts: { data: { name: { en: 'data', 'zh-CN': '数据' }, value: '1,000 orders' } },
  clients: { en: 'Log in as ada.', 'zh-CN': '以 ada 登录。' },
} as const;

test('[REPORT-73] the address in a line of its own, the facts, what clients need, until when', () => {
  const [title, address, ...rest] = renderServedArm(ARM).split('\n');
  assert.deepEqual([title, address], ['orders · after', 'http://127.0.0.1:41234']);
  assert.deepEqual(rest.slice(0, 2), ['data: 1,000 orders', 'Log in as ada.']);
  assert.match(rest.join('\n'), /until Ctrl-C/);
  const { clients: _, ...bare } = ARM;
  assert.equal(
    renderServedArm({ ...bare, facts: {} })
      .trimEnd()
      .split('\n').length,
    3,
  );
});

test('[REPORT-73] in Chinese too, and no wider than the terminal but for the address', () => {
  const chinese = renderServedArm(ARM, { texts: CATALOGUES['zh-CN'] });
  assert.match(chinese, /数据：1,000 orders\n以 ada 登录。\n.*按 Ctrl-C 结束/);
  const clients = 'word '.repeat(40).trim();
  const narrow = renderServedArm({ ...ARM, clients, baseUrl: `http://${'a'.repeat(60)}` }, { columns: 50 });
  const lines = narrow.split('\n');
  assert.equal(lines[1]?.length, 67);
  assert.ok(lines.every((line, index) => index === 1 || line.length <= 50));
});
