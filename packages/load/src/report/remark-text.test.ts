import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderHtmlReport, renderMarkdownTable, renderTerminalTable, ZH_CN } from './index.ts';
import { arm, loadRun, proof, row, times } from './result-doubles.test.ts';

const REMARK = {
  code: 'connections-dropped',
  values: { count: 1200, share: 0.6, boundShare: 0.01 },
} as const;

const dropping = proof({ rows: [row({ arms: [arm(66, { resent: 1200, remarks: [REMARK] }), arm(1.9)] })] });

/** Without tags and line ends, for what may be wrapped. */
function flat(text: string): string {
  return text
    .replaceAll(/<[^>]*>|\n/g, ' ')
    .replaceAll(/[\u00a0]/g, ' ')
    .replaceAll('\u2060', '')
    .replaceAll(/ +/g, ' ');
}

test('[REPORT-27] what was sent again stands beside the errors, in every table', () => {
  assert.match(renderTerminalTable(dropping), /errors +0 \(0 %\) +0 \(0 %\)\n +sent again +1,200 +0\n/);
  assert.match(
    flat(renderHtmlReport(dropping)),
    /as it was 0 of 2,000 \(0 %\) 1,200 sent again 66\.0 .* on Millrace 0 of 2,000 \(0 %\) 1\.90/,
  );
  const line = renderMarkdownTable(dropping).split('\n')[2] ?? '';
  assert.match(flat(line.replaceAll('<br>', '; ')), /errors; sent again \| .*0 \(0 %\); 1,200 \| .*0 \(0 %\); 0 \|/);
  for (const cell of line.split('|').slice(2, -1)) assert.equal(cell.split('<br>').length, 4, 'cells keep level');
});

test('[REPORT-27] the remark stands below its table, with row, arm and bound, in either language', () => {
  const says =
    /Note: trader mix, as it was: the service closed kept connections under 1,200 requests \(60 % of those sent, bound 1 %\)/;
  const zh =
    /注意：trader mix，as it was：被测服务关闭了保持中的连接，影响 1,200 个请求（占已发送请求的 60 %，上限 1 %）/;
  for (const render of [renderTerminalTable, renderMarkdownTable, renderHtmlReport]) {
    const text = flat(render(dropping));
    assert.match(text, says);
    assert.ok(text.search('66.0') < text.search('Note: '), 'below the table');
    assert.match(render(dropping, { texts: ZH_CN }).replaceAll(/\n|<[^>]*>/g, ''), zh);
  }
});

test('[REPORT-27] nothing sent again, nothing said', () => {
  for (const render of [renderTerminalTable, renderMarkdownTable, renderHtmlReport]) {
    assert.doesNotMatch(render(proof()), /sent again|Note: /);
  }
});

test('[REPORT-4] both lags stand by their names, each with its own figures', () => {
  const lags = { sendLag: times(41), scheduleLag: times(0.23) };
  const result = proof({ rows: [row({ arms: [arm(66, lags), arm(1.9)] })] });
  assert.match(
    renderTerminalTable(result, { details: true }),
    /send lag, ms .*\ntrader mix, P95 +41\.0 .*\n\nschedule lag, ms .*\ntrader mix, P95 +0\.230 /,
  );
  const page = flat(renderHtmlReport(result));
  assert.match(page, /send lag P50 send lag P99 schedule lag P50 schedule lag P99/);
  assert.match(page, /41\.0 \(36\.9–45\.1\).* 0\.230 \(0\.207–0\.253\)/);
});

test('[REPORT-6] an interrupted proof says how many requests it cut off, if any', () => {
  const cut = (interrupted: number) => {
    const { total } = loadRun();
    const [first, ...rest] = proof().rounds;
    assert.ok(first);
    const streams = [{ id: 'main', seed: 1, result: loadRun({ total: { ...total, interrupted } }) }];
    const phases = first.phases.map((phase) => ({ ...phase, streams }));
    return proof({ outcome: 'interrupted', rounds: [{ ...first, phases }, ...rest] });
  };
  for (const render of [renderTerminalTable, renderHtmlReport]) {
    assert.match(flat(render(cut(7))), /7 requests were cut off, and are part of no figure\./);
    assert.match(flat(render(cut(1))), /1 request was cut off, and is part of no figure\./);
    assert.doesNotMatch(render(cut(0)), /cut off/);
  }
});
