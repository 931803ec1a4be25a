import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from 'millrace/core';
import type { StepResult } from '../../result/index.ts';
import { step } from '../load-doubles.test.ts';
import { textWidth } from '../text-width.ts';
import type { Texts } from '../texts.ts';
import { ZH_CN } from '../texts-zh-cn.ts';
import type { LiveProgress } from './live-course.ts';
import { createLiveDisplay, type LiveStream } from './live-display.ts';
import type { LivePlan } from './live-frame.ts';

const PLAN = { durationMs: 30_000, hasRate: true };

interface Shown {
  /** Tells of a run until `ms`, four times a second: 500 requests a second, their times rising with the seconds. */
  run(fromMs: number, toMs: number, errorsPerSecond?: number): void;
  /** What a terminal shows, every control character obeyed. */
  screen(): string[];
  readonly written: string[];
  say(line: string): void;
  close(): void;
}

function show(
  options: { live: boolean; texts?: Texts; plan?: LivePlan; tells?: boolean } & Partial<LiveStream>,
): Shown {
  const { live, texts, plan = PLAN, tells = true, ...size } = options;
  const written: string[] = [];
  const stream = { columns: 80, ...size, write: (text: string) => written.push(text) };
  const display = createLiveDisplay({ stream, live, plan, ...(texts && { texts }) });
  const times = new Histogram();
  let reached = 0;
  const total = (errors: number): StepResult => {
    const classes = { timeout: Math.floor(errors * 0.75), status: errors - Math.floor(errors * 0.75) };
    return step([], { responseTimeUs: times.snapshot(), errors: errors === 0 ? {} : classes });
  };
  const tell = (ms: number, errorsPerSecond: number): void => {
    const sent = Math.round(ms / 2);
    for (; reached < sent; reached++) times.record(1_000 * Math.ceil(reached / 500) + (reached % 100));
    const errors = Math.round((errorsPerSecond * ms) / 1000);
    const progress: LiveProgress = { elapsedMs: ms, planned: sent, sent, completed: sent, errors };
    display.listen(tells ? { ...progress, total: () => total(errors) } : progress);
  };
  return {
    written,
    run(fromMs, toMs, errorsPerSecond = 0) {
      for (let ms = fromMs; ms <= toMs; ms += 250) tell(ms, errorsPerSecond);
    },
    screen: () => terminalOf(written.join('')),
    say: display.say,
    close: display.close,
  };
}

const ESCAPE = '\u001b';
const WRITTEN = new RegExp(`${ESCAPE}\\[(?:(\\d+)A|(J))|([\r\n])|([^${ESCAPE}\r\n]+)`, 'g');

/** A terminal that knows what the display uses: line feed, carriage return, up, erase to the end. */
function terminalOf(text: string): string[] {
  const lines = [''];
  let row = 0;
  for (const [, up, erase, control, plain = ''] of text.matchAll(WRITTEN)) {
    if (up !== undefined) row -= Number(up);
    else if (erase !== undefined) lines.splice(row, lines.length, '');
    else if (control === '\n') lines[++row] ??= '';
    else if (control === undefined) lines[row] += plain;
    assert.ok(row >= 0, 'never above where it began');
  }
  return lines;
}

test('[REPORT-36] a terminal: time, target and achieved rate, percentiles of the last seconds, errors, course', () => {
  const { run, screen } = show({ live: true });
  run(250, 12_000, 20);
  assert.deepEqual(screen(), [
    '████████████░░░░░░░░░░░░░░░░░░  0:12 of 0:30',
    'rate 500/s · 500/s sent · 500/s answered',
    'last 5 s  P50 10.1 · P95 12.1 · P99 12.1 ms',
    'errors 240 (4 %): 180 timeout, 60 status',
    '████████████  answers a second',
  ]);
});

test('[REPORT-36] until there is a second, and while nothing fails, it says no more than it knows', () => {
  const { run, screen } = show({ live: true });
  run(250, 250);
  assert.deepEqual(screen(), [
    '░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0:00 of 0:30',
    'rate 500/s · 500/s sent · 500/s answered',
    'errors 0',
  ]);
});

test('[REPORT-36] a run that does not tell its figures, one without a rate, and the drain', () => {
  const quiet = show({ live: true, tells: false, plan: { durationMs: 5_000, hasRate: false } });
  quiet.run(250, 5_500, 4);
  assert.deepEqual(quiet.screen(), [
    '██████████████████████████████  0:05 · waiting for the last answers',
    '500/s sent · 500/s answered',
    'errors 22 (0.8 %)',
    '█████  answers a second',
  ]);
});

test('[REPORT-36] a run that ends after so many requests shows how many of them are answered', () => {
  const { run, screen } = show({ live: true, plan: { durationMs: 600_000, hasRate: false, requests: 4000 } });
  run(250, 4000);
  assert.match(screen()[0] ?? '', /^█{14,15}░+ /);
});

test('[REPORT-36] frames are drawn over, never scroll, and leave nothing behind', () => {
  const { run, screen, written, close } = show({ live: true });
  run(250, 30_000, 3);
  assert.equal(screen().length, 5);
  close();
  assert.deepEqual(screen(), ['']);
  assert.equal(written.length, 120 + 1);
});

test('[REPORT-36] what is said stays above the frames', () => {
  const { run, screen, say } = show({ live: true });
  run(250, 3000);
  say('stopping');
  run(3250, 4000);
  assert.equal(screen()[0], 'stopping');
  assert.equal(screen().length, 1 + 5);
});

test('[REPORT-36] no line is wider than the terminal nor are there more than it has rows, in either language', () => {
  for (const texts of [undefined, ZH_CN])
    for (const columns of [1, 20, 33, 40, 79, 200])
      for (const rows of [1, 3, 24]) {
        const { run, screen } = show({ live: true, columns, rows, ...(texts && { texts }) });
        run(250, 90_000, 7);
        assert.ok(screen().length <= Math.max(1, rows - 1));
        for (const line of screen()) assert.ok(textWidth(line) <= Math.max(1, columns - 1), `${columns}: ${line}`);
      }
});

test('[REPORT-36] zh-CN', () => {
  const { run, screen } = show({ live: true, texts: ZH_CN });
  run(250, 12_000, 20);
  assert.match(screen()[0] ?? '', /0:12，共 0:30$/);
  assert.match(screen()[3] ?? '', /^错误 240（4 %）：180 timeout，60 status$/);
});

test('[REPORT-37] no terminal: a line every five seconds, after a minute every ten, and no control characters', () => {
  const { run, written, say } = show({ live: false });
  run(250, 90_000, 1);
  say('stopping');
  const times = written.map((line) => line.trim().split(' ')[0]);
  const often = Array.from({ length: 11 }, (_, i) => `0:${String(5 + 5 * i).padStart(2, '0')}`);
  assert.deepEqual(times, [...often, '1:00', '1:10', '1:20', '1:30', 'stopping']);
  assert.equal(
    written[0],
    ' 0:05  2,500 sent, 500/s answered, 5 failed; last 4 s  P50 3.10 · P95 5.08 · P99 5.10 ms\n',
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  assert.doesNotMatch(written.join(''), /[\u0000-\u0009\u000b-\u001f]/);
});
