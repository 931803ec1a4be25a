import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import type { LocalText } from '../prove/index.ts';
import {
  createProgressDisplay,
  EN,
  renderHtmlReport,
  renderMarkdownTable,
  renderTerminalTable,
  ZH_CN,
} from './index.ts';
import { arm, cost, figure, proof, row, times } from './result-doubles.test.ts';
import { textWidth } from './text-width.ts';

const ZH = { texts: ZH_CN };
const mixed = proof({
  rows: [row(), row({ label: '行情混合', arms: [arm(1234, { errorShare: figure(0.5) }), arm(1.9)] })],
});

test('[REPORT-8] Chinese columns align: the lines of a block end in one column', () => {
  const blocks = renderTerminalTable(mixed, ZH).split('\n\n');
  const block = blocks.find((text) => text.includes('\n行情混合 ')) ?? '';
  const ends = block
    .split('\n')
    .filter((line) => line.includes('×') || /÷$/.test(line))
    .map(textWidth);
  assert.ok(ends.length > 3);
  assert.deepEqual(new Set(ends).size, 1);
});

test('[REPORT-13] live: a Chinese line is cut by columns, not by characters', async () => {
  const clock = createFakeClock();
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), columns: 60 };
  const display = createProgressDisplay({ stream, live: true, clock, texts: ZH_CN });
  display.listen({ kind: 'plan', totalSeconds: 6 });
  display.listen({
    kind: 'stage',
    id: 'phase',
    plannedSeconds: 6,
    round: 1,
    rounds: 4,
    arm: 'optimised',
    phase: { en: 'mix', 'zh-CN': '混合负载' },
  });
  const line = written.at(-1)?.slice('\r\u001b[2K'.length) ?? '';
  assert.match(line, /已用 0:00，约剩 0:06 · 第 2 轮，共 4 /);
  assert.ok(textWidth(line) === 58 || textWidth(line) === 59, line);
  await display.close();
});

test('[REPORT-28] the progress names a phase in the language of its reader', async () => {
  const lines: string[] = [];
  for (const texts of [EN, ZH_CN]) {
    const stream = { write: (text: string) => lines.push(text) };
    await using display = createProgressDisplay({ stream, live: false, clock: createFakeClock(), texts });
    const phase = { en: 'login burst', 'zh-CN': '登录突发' };
    display.listen({ kind: 'stage', id: 'phase', plannedSeconds: 6, phase });
    display.listen({ kind: 'stage', id: 'phase', plannedSeconds: 6, phase: 'as it is' });
  }
  assert.deepEqual(
    lines.map((line) => line.trim().replace(/^.*[:：] ?/, '')),
    ['login burst', 'as it is', '登录突发', 'as it is'],
  );
});

test('[REPORT-17] the page names its language, has its title in it, and fonts for it', () => {
  const page = renderHtmlReport(mixed, ZH);
  assert.match(page, /<html lang="zh-CN">/);
  assert.match(page, /<title>优化前后对比 · reference service<\/title>/);
  assert.match(page, /font: [^;]*'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'/);
  assert.match(renderHtmlReport(mixed), /<html lang="en">[\s\S]*<title>Before and after · /);
});

test('[REPORT-17] a text that the manifest gives in both languages stands in the one of the report', () => {
  const both = (en: string, zh: string): LocalText => ({ en, 'zh-CN': zh });
  const rows = [row({ label: both('trader mix', '交易混合') })];
  const costs = [cost({ label: both('CPU per request', '每个请求的处理器时间') })];
  const result = proof({
    rows,
    costs,
    facts: { kind: { name: both('database', '数据库'), value: both('embedded', '内置') } },
  });
  for (const render of [renderTerminalTable, renderMarkdownTable, renderHtmlReport]) {
    const [english, chinese] = [render(result), render(result, ZH)];
    for (const [en, zh] of [
      ['trader mix', '交易混合'],
      ['embedded', '内置'],
      ['database', '数据库'],
    ] as const) {
      assert.ok(english.includes(en) && !english.includes(zh), en);
      assert.ok(chinese.includes(zh) && !chinese.includes(en), zh);
    }
  }
  assert.match(renderTerminalTable(result, ZH), /每个请求的处理器时间/);
});

test('[REPORT-28] a phase is named by its label in tables, charts and reasons, a stream only where there are several', () => {
  const reasons = [{ code: 'late', values: { percentile: 99, ms: 20, boundMs: 10 } }] as const;
  const invalid = [{ round: 0, arm: 'optimised', phase: 'mix', stream: 'main', reasons }];
  const phases = [{ id: 'mix', label: { en: 'the whole day', 'zh-CN': '全天负载' } }];
  const one = proof({ phases, validity: { runs: 8, invalid } });
  for (const [texts, label] of [
    [EN, 'the whole day'],
    [ZH_CN, '全天负载'],
  ] as const) {
    const [table, page] = [renderTerminalTable(one, { texts }), renderHtmlReport(one, { texts })];
    assert.match(table, new RegExp(`^CPU per request.{1,2}ms +${label} +12\\.0`, 'm'));
    assert.ok(page.includes(`<figcaption>! ${label}</figcaption>`));
    assert.ok(page.includes(`${texts.words.phase}${texts.marks.colon}${label}</th>`));
    for (const text of [table, page]) assert.ok(text.includes(`${label}${texts.marks.comma}main${texts.marks.colon}`));
  }
  const two = one.rounds.map((round) => ({
    ...round,
    phases: round.phases.map((phase) => ({
      ...phase,
      streams: [...phase.streams, ...phase.streams.map((stream) => ({ ...stream, id: 'probes' }))],
    })),
  }));
  assert.ok(renderHtmlReport({ ...one, rounds: two }).includes('<figcaption>the whole day · probes</figcaption>'));
  const streams = { main: { en: 'orders', 'zh-CN': '订单' }, probes: '/health' };
  const named = { ...one, rounds: two, phases: phases.map((phase) => ({ ...phase, streams })) };
  for (const [texts, label] of [
    [EN, '! the whole day · orders'],
    [ZH_CN, '! 全天负载 · 订单'],
    [ZH_CN, '全天负载 · /health'],
  ] as const) {
    assert.ok(renderHtmlReport(named, { texts }).includes(`<figcaption>${label}</figcaption>`), label);
  }
  assert.match(renderTerminalTable(named, { texts: ZH_CN }), /全天负载，订单：/);
  assert.match(renderTerminalTable(proof({ phases: [] })), /\nCPU per request, ms +mix +12\.0/);
});

test('[REPORT-17] labels and facts that the manifest gives in one language stay as they are', () => {
  for (const text of [
    renderTerminalTable(mixed, ZH),
    renderMarkdownTable(mixed, ZH),
    renderHtmlReport(mixed, ZH).replaceAll('</th><td class="words">', '：'),
  ]) {
    for (const part of ['trader mix', 'as it was', 'on Millrace', 'database：PostgreSQL 18'])
      assert.ok(text.includes(part), part);
  }
});

test('[REPORT-17] no English punctuation between Chinese words', () => {
  const reasons = [
    { code: 'late', values: { percentile: 99, ms: 20, boundMs: 10 } },
    { code: 'core-full', values: { share: 0.99, boundShare: 0.9 } },
  ] as const;
  const invalid = [{ round: 0, arm: 'optimised', phase: 'mix', stream: 'main', reasons }];
  const result = proof({ facts: {}, tier: 'quick', dirty: true, costs: [cost()], validity: { runs: 8, invalid } });
  for (const render of [renderTerminalTable, renderMarkdownTable, renderHtmlReport]) {
    const text = render(result, ZH).replaceAll(/<style>[\s\S]*<\/style>|<[^>]*>/g, ' ');
    assert.doesNotMatch(text, /\p{Script=Han}[,.;:]|[,;] ?\p{Script=Han}/u);
  }
});

test('[REPORT-20] what was not measured carries its Chinese label', () => {
  const estimated = times(66, { meanMs: figure(12, { label: 'estimated' }), p50Ms: figure(null, { samples: 0 }) });
  const result = proof({ rows: [row({ arms: [arm(66, { response: estimated }), arm(1.9)] })] });
  for (const render of [renderTerminalTable, renderHtmlReport]) {
    const text = render(result, ZH).replaceAll(/<\/?small>/g, '');
    for (const part of ['12.0 [预估]', '– 跳过', '未作标记的数字均为本次运行已测'])
      assert.ok(text.includes(part), part);
  }
});
