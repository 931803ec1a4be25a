import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from 'millrace/testing';
import type { ProofEvent } from '../prove/index.ts';
import { canOverwrite, createProgressDisplay } from './progress-display.ts';

const CLEAR = '\r\u001b[2K';

function start(
  live: boolean,
  columns = 200,
): { clock: FakeClock; written: string[]; listen(event: ProofEvent): void; close(): Promise<void> } {
  const clock = createFakeClock();
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), columns };
  const display = createProgressDisplay({ stream, live, clock });
  return { clock, written, listen: display.listen, close: () => display.close() };
}

const stage = (id: 'prepare' | 'phase' | 'drain', plannedSeconds: number, extra: object = {}): ProofEvent => ({
  kind: 'stage',
  id,
  plannedSeconds,
  ...extra,
});
const MIX = { round: 1, rounds: 4, arm: 'optimised', phase: 'mix' };

test('[REPORT-13] only a terminal that nobody asked to be plain is overwritten', () => {
  const tty = { write: () => true, isTTY: true };
  assert.equal(canOverwrite(tty, {}), true);
  for (const env of [{ NO_COLOR: '1' }, { CI: 'true' }, { TERM: 'dumb' }]) assert.equal(canOverwrite(tty, env), false);
  assert.equal(canOverwrite({ write: () => true }, {}), false);
});

test('[REPORT-13] plain: one line a stage and a note, no control characters', async () => {
  const { clock, written, listen, close } = start(false);
  listen({ kind: 'plan', totalSeconds: 80 });
  listen(stage('prepare', 6));
  listen({ kind: 'note', line: 'loading 200,000 signals' });
  await clock.advance(65_000);
  listen(stage('phase', 6, MIX));
  listen(stage('drain', 1, MIX));
  await close();
  assert.deepEqual(written, [
    ' 0:00  preparing the service\n',
    ' 0:00  loading 200,000 signals\n',
    ' 1:05  round 2 of 4 · optimised · measuring: mix\n',
  ]);
});

test('[REPORT-13] live: one line, redrawn four times a second, cut to the width, removed at the end', async () => {
  const { clock, written, listen, close } = start(true, 60);
  listen({ kind: 'plan', totalSeconds: 80 });
  listen(stage('phase', 6, MIX));
  const drawn = written.length;
  await clock.advance(1000);
  assert.equal(written.length, drawn + 4);
  for (const text of written) {
    assert.ok(text.startsWith(CLEAR) && !text.includes('\n'));
    assert.ok(text.length - CLEAR.length < 60);
  }
  await close();
  assert.equal(written.at(-1), CLEAR);
  const closed = written.length;
  await clock.advance(1000);
  assert.equal(written.length, closed);
});

test('[REPORT-13] live: what is sent, over all streams of the phase', async () => {
  const { clock, written, listen, close } = start(true);
  listen(stage('phase', 6, MIX));
  const progress = { elapsedMs: 0, planned: 0, completed: 0, errors: 1 };
  listen({ kind: 'load', stream: 'a', progress: { ...progress, sent: 1000 } });
  listen({ kind: 'load', stream: 'b', progress: { ...progress, sent: 500 } });
  await clock.advance(250);
  assert.match(written.at(-1) ?? '', /1,500 sent, 2 failed/);
  await close();
});

test('[REPORT-14] the remaining time is the plan of what is left', async () => {
  const { clock, written, listen, close } = start(true);
  const left = (): string | undefined => /about (\S+) left/.exec(written.at(-1) ?? '')?.[1];
  listen({ kind: 'plan', totalSeconds: 80 });
  listen(stage('prepare', 10));
  assert.equal(left(), '1:20');
  await clock.advance(4000);
  assert.equal(left(), '1:16');
  await clock.advance(20_000);
  assert.equal(left(), '1:10', 'a stage that takes longer uses up no other time');
  listen(stage('phase', 70, MIX));
  assert.equal(left(), '1:10');
  await clock.advance(500_000);
  assert.equal(left(), '0:00');
  await close();
});

test('[REPORT-14] a plan that is told anew counts from then on', async () => {
  const { clock, written, listen, close } = start(true);
  const left = (): string | undefined => /about (\S+) left/.exec(written.at(-1) ?? '')?.[1];
  listen({ kind: 'plan', totalSeconds: 80 });
  listen(stage('prepare', 10));
  await clock.advance(2000);
  listen({ kind: 'plan', totalSeconds: 40 });
  listen(stage('phase', 20, MIX));
  assert.equal(left(), '0:38', 'the eight seconds that the stage before did not use are in no plan any more');
  await clock.advance(1000);
  assert.equal(left(), '0:37');
  listen({ kind: 'plan', totalSeconds: 30 });
  await clock.advance(1000);
  assert.equal(left(), '0:27', 'nor does it go on taking time');
  await close();
});

test('[REPORT-70] what was answered and what a step came to', async () => {
  const [live, plain] = [start(true), start(false)];
  for (const { listen } of [live, plain]) {
    listen(stage('prepare', 1));
    listen({ kind: 'compared', answered: 57, requests: 200 });
  }
  await live.clock.advance(250);
  assert.match(live.written.at(-1) ?? '', /57 of 200 answers/);
  for (const { listen } of [live, plain]) {
    listen({ kind: 'step', ratePerSecond: 1_500, outcome: 'missed' });
    listen({ kind: 'stage', id: 'capacity', plannedSeconds: 1, arm: 'fast', phase: 'mix' });
  }
  assert.match(live.written.at(-1) ?? '', /fast · searching for the capacity: mix · 1,500\/s: SLO missed/);
  assert.deepEqual(plain.written.slice(1), [
    ' 0:00  1,500/s: SLO missed\n',
    ' 0:00  fast · searching for the capacity: mix\n',
  ]);
  await Promise.all([live.close(), plain.close()]);
});

test('[REPORT-13, REPORT-71] the plan is said once it is known, in a line of its own, with searches as the most', async () => {
  for (const live of [false, true]) {
    const { written, listen, close } = start(live);
    listen({ kind: 'plan', totalSeconds: 180 });
    assert.deepEqual(written, [], 'the limit alone is no plan');
    listen({ kind: 'plan', totalSeconds: 177.05, rounds: 9 });
    assert.equal(written.at(-1), `${live ? CLEAR : ' 0:00  '}9 rounds, about 2:57 in all\n`);
    listen({ kind: 'plan', totalSeconds: 200, rounds: 9, atMostSeconds: 300 });
    assert.match(written.at(-1) ?? '', /9 rounds, at most 5:00 in all\n$/);
    await close();
  }
});
