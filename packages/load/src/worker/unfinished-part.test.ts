import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder, RunMemory } from '../run/index.ts';
import { type Arrivals, type Schedule, stripeOf, toSchedule } from '../schedule/index.ts';
import { settleUnfinished } from './unfinished-part.ts';

const SHARE = { index: 1, of: 2 };

/** What a worker leaves that was lost after `taken` arrivals, each of them answered; and how often a time was asked for. */
function leave(schedule: Schedule, taken: number, untilMs: number): { ledger: RunMemory; asked: number } {
  const { durationMs } = schedule;
  const memory = new RunMemory(durationMs);
  const recorder = new Recorder(0, durationMs, memory);
  const row = memory.openRow('step', 'read');
  for (let index = 0; index < taken; index++) {
    const intendedAt = schedule.offsetMs(index);
    const answered = { intendedAt, writtenAt: intendedAt, firstByteAt: intendedAt, retried: false };
    recorder.taken(intendedAt, intendedAt);
    row.answered(answered, 200, undefined, 2, intendedAt + 1);
    recorder.settled(answered, undefined, 1, intendedAt + 1);
  }
  let asked = 0;
  const meanOffsetMs = (index: number): number => {
    asked++;
    return schedule.meanOffsetMs(index);
  };
  const ledger = new RunMemory(durationMs);
  const end = { durationMs, untilMs, endMs: untilMs + 50 };
  settleUnfinished([{ share: SHARE, memory, as: 'unsent' }], ledger, () => ({ ...schedule, meanOffsetMs }), end);
  return { ledger, asked };
}

const DAY_MS = 86_400_000;
const LONG: readonly Arrivals[] = [
  { kind: 'constant', ratePerSecond: 100_000, durationMs: DAY_MS },
  { kind: 'constant', ratePerSecond: 100_000, durationMs: DAY_MS, poisson: true },
  { kind: 'ramp', fromPerSecond: 0, toPerSecond: 200_000, durationMs: DAY_MS },
  { kind: 'sine', ratePerSecond: 100_000, amplitudePerSecond: 100_000, periodMs: 60_000, durationMs: DAY_MS },
];

for (const arrivals of LONG) {
  const name = arrivals.poisson === true ? 'at random' : arrivals.kind;
  test(`[WORKER-12] of 4 × 10^9 arrivals that are left (${name}) few are asked for, and each is counted`, () => {
    const stripe = stripeOf(toSchedule(arrivals, 1), SHARE.index, SHARE.of);
    const { ledger, asked } = leave(stripe, 10, DAY_MS);
    const left = stripe.planned - 10;
    assert.ok(left > 4e9, `${left}`);
    assert.ok(asked < 500_000, `${asked}`);
    const { errors, censored, responseTimeUs } = ledger.openRow('step', '(lost worker)').result();
    assert.deepEqual([errors.unsent, censored, responseTimeUs.count], [left, left, left]);
    const recorder = new Recorder(0, DAY_MS, ledger);
    assert.deepEqual([recorder.planned, recorder.completed, recorder.errors], [left, left, left]);
    const inWindows = recorder.seconds().reduce((sum, window) => sum + window.errors, 0);
    assert.equal(inWindows, left);
  });
}

test('[WORKER-12] counted together, arrivals are in the windows they were due in, and have waited at most 0.1 % more', () => {
  const shapes: readonly Arrivals[] = [
    { kind: 'constant', ratePerSecond: 40_000, durationMs: 3_000 },
    { kind: 'steps', ratesPerSecond: [900, 0, 30_000], durationMs: 3_000 },
    { kind: 'ramp', fromPerSecond: 9_000, toPerSecond: 0, durationMs: 3_000 },
  ];
  for (const arrivals of shapes) {
    const stripe = stripeOf(toSchedule(arrivals, 1), SHARE.index, SHARE.of);
    const [taken, untilMs] = [400, 2_700];
    const { ledger } = leave(stripe, taken, untilMs);
    const each = new RunMemory(arrivals.durationMs);
    const row = each.openRow('step', 'each');
    const recorder = new Recorder(0, arrivals.durationMs, each);
    for (let index = taken; index < stripe.planned && stripe.offsetMs(index) <= untilMs; index++) {
      recorder.missed(stripe.offsetMs(index), 1);
      recorder.leftBehind(stripe.offsetMs(index), 1, 'unsent', untilMs + 50);
      row.leftBehind(stripe.offsetMs(index), 1, 'unsent', untilMs + 50);
    }
    const counts = (memory: RunMemory): unknown =>
      new Recorder(0, arrivals.durationMs, memory)
        .seconds()
        .map(({ second, planned, errors }) => [second, planned, errors]);
    assert.deepEqual(counts(ledger), counts(each));
    const [lumped, alone] = [ledger.openRow('step', '(lost worker)').result(), row.result()];
    const [less, exact] = [lumped.responseTimeUs, alone.responseTimeUs];
    assert.equal(less.count, exact.count);
    for (const read of [({ sum }) => sum, ({ min }) => min, ({ max }) => max] as ((one: typeof less) => number)[]) {
      assert.ok(read(less) <= read(exact) && read(less) >= read(exact) * 0.999 - 1, `${read(less)} of ${read(exact)}`);
    }
    assert.ok(lumped.censoredFromUs <= alone.censoredFromUs);
  }
});
