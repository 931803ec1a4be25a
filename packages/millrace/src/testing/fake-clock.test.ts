import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClockOptions } from './fake-clock.ts';
import { propertySeed } from './property-seed.ts';

test('[TESTING-1] the clock stands still until it is told to move', async () => {
  const clock = createFakeClock({ wallMs: 1_000 });
  const start = clock.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(clock.now(), start);
  assert.equal(clock.wallNow(), 1_000);
  await clock.advance(12.5);
  assert.equal(clock.now(), start + 12.5);
  assert.equal(clock.wallNow(), 1_012.5);
  await clock.advance(0);
  assert.equal(clock.now(), start + 12.5);
});

test('[TESTING-1] without a wall time it starts in 2026', () => {
  assert.equal(new Date(createFakeClock().wallNow()).toISOString(), '2026-01-01T00:00:00.000Z');
});

test('[TESTING-1] a day passes without a day’s wait', async () => {
  const clock = createFakeClock();
  let minutes = 0;
  const tick = (): void => {
    minutes++;
    clock.schedule(60_000, tick);
  };
  clock.schedule(60_000, tick);
  await clock.advance(86_400_000);
  assert.equal(minutes, 1_440);
});

test('[TESTING-2] timers fire in order, each at its own time, once, unless cancelled', async () => {
  const clock = createFakeClock();
  const fired: string[] = [];
  const note = (name: string) => (): void => void fired.push(`${name}@${clock.now()}`);
  clock.schedule(20, note('late'));
  clock.schedule(10, note('first'));
  clock.schedule(10, note('second'));
  clock.schedule(9.1, note('fraction'));
  clock.schedule(-1, note('at once'));
  const cancelled = clock.schedule(15, note('cancelled'));
  assert.equal(clock.pendingTimers, 6);
  cancelled.cancel();
  cancelled.cancel();
  assert.equal(clock.pendingTimers, 5);
  await clock.advance(19);
  assert.deepEqual(fired, ['at once@0', 'first@10', 'second@10', 'fraction@10']);
  await clock.advance(1);
  assert.deepEqual(fired.slice(4), ['late@20']);
  assert.equal(clock.pendingTimers, 0);
});

test('[TESTING-2] a timer may cancel another that is due at the same time', async () => {
  const clock = createFakeClock();
  let fired = 0;
  clock.schedule(10, () => other.cancel());
  const other = clock.schedule(10, () => fired++);
  await clock.advance(10);
  assert.equal(fired, 0);
});

test('[TESTING-3] a chain of waits within one advance runs to its end', async () => {
  const clock = createFakeClock();
  const steps: string[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve));
  const walk = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await null;
    await sleep(10);
    steps.push(`first@${clock.now()}`);
    await new Promise((resolve) => setImmediate(resolve));
    process.nextTick(() => void clock.schedule(5, () => steps.push(`tick@${clock.now()}`)));
    await sleep(10);
    steps.push(`second@${clock.now()}`);
  };
  const walked = walk();
  await clock.advance(30);
  await walked;
  assert.deepEqual(steps, ['first@10', 'tick@15', 'second@20']);
});

test('[TESTING-4] a jump of the wall clock moves neither monotonic time nor timers', async () => {
  const clock = createFakeClock({ wallMs: 1_000_000 });
  let fired = 0;
  clock.schedule(10, () => fired++);
  clock.jumpWall(3_600_000);
  assert.deepEqual([clock.now(), clock.wallNow(), fired], [0, 4_600_000, 0]);
  clock.jumpWall(-5_000_000);
  assert.equal(clock.wallNow(), -400_000);
  await clock.advance(10);
  assert.deepEqual([clock.now(), clock.wallNow(), fired], [10, -399_990, 1]);
});

test('[TESTING-5] steps that make no sense are refused', async () => {
  const clock = createFakeClock();
  for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    await assert.rejects(clock.advance(ms), { code: 'MILLRACE_TESTING_CLOCK_STEP' });
  }
  assert.throws(() => clock.jumpWall(Number.NaN), { code: 'MILLRACE_TESTING_CLOCK_STEP' });
  assert.throws(() => clock.schedule(Number.NaN, () => {}), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  assert.equal(clock.now(), 0);
});

test('[TESTING-5] a second advance at once is refused, the first goes on', async () => {
  const clock = createFakeClock();
  const first = clock.advance(10);
  await assert.rejects(clock.advance(5), { code: 'MILLRACE_TESTING_CLOCK_BUSY' });
  await first;
  assert.equal(clock.now(), 10);
  await clock.advance(5);
  assert.equal(clock.now(), 15);
});

test('[TESTING-5] timers without end are refused instead of hanging the test', async () => {
  const clock = createFakeClock({ maxTimersPerAdvance: 1_000 });
  let fired = 0;
  const again = (): void => {
    fired++;
    clock.schedule(0, again);
  };
  again();
  await assert.rejects(clock.advance(1), { code: 'MILLRACE_TESTING_TIMER_STORM' });
  assert.equal(fired, 1_001);
});

test('[TESTING-5] what a callback throws is passed on, and the clock can go on', async () => {
  const clock = createFakeClock();
  const wrong = new Error('wrong');
  clock.schedule(5, () => {
    throw wrong;
  });
  let fired = 0;
  clock.schedule(6, () => fired++);
  await assert.rejects(clock.advance(10), wrong);
  assert.deepEqual([clock.now(), fired], [5, 0]);
  await clock.advance(5);
  assert.equal(fired, 1);
});

test('[TESTING-6] property tests take the seed of the run', () => {
  assert.deepEqual(propertySeed({ MILLRACE_TEST_SEED: '42' }), { seed: 42 });
  assert.deepEqual(propertySeed({ MILLRACE_TEST_SEED: '4294967295' }), { seed: -1 });
  assert.deepEqual(propertySeed({ MILLRACE_TEST_SEED: '' }), {});
  assert.deepEqual(propertySeed({}), {});
});

test('[TESTING-19] a fake clock refuses an option that no one knows', () => {
  const misspelt = { maxTimers: 5 } as FakeClockOptions;
  assert.throws(() => createFakeClock(misspelt), {
    code: 'MILLRACE_CORE_OPTION_UNKNOWN',
    mend: /`maxTimersPerAdvance`/,
  });
});
