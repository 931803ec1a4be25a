import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFakeClock, propertySeed } from '../testing/index.ts';
import { createDeadline, withTimeout } from './deadline.ts';

const LATE = { code: 'MILLRACE_CORE_DEADLINE_EXCEEDED' };
const never = (): Promise<never> => new Promise(() => {});

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** What became of a promise, seen without waiting for it. */
function watch<Value>(promise: Promise<Value>): { outcome?: Value | 'rejected'; reason?: unknown } {
  const seen: { outcome?: Value | 'rejected'; reason?: unknown } = {};
  promise.then(
    (value) => Object.assign(seen, { outcome: value }),
    (reason) => Object.assign(seen, { outcome: 'rejected', reason }),
  );
  return seen;
}

test('[CORE-18] at the deadline the signal aborts, not before', async () => {
  const clock = createFakeClock();
  using deadline = createDeadline(100, { clock });
  await clock.advance(99);
  assert.equal(deadline.signal.aborted, false);
  assert.equal(deadline.remainingMs(), 1);
  await clock.advance(1);
  assert.equal(deadline.signal.aborted, true);
  assert.equal(deadline.signal.reason.code, LATE.code);
  assert.equal(deadline.signal.reason.message, 'not finished within 100 ms');
  assert.equal(deadline.remainingMs(), 0);
  await clock.advance(50);
  assert.equal(deadline.remainingMs(), 0);
});

test('[CORE-18] a jump of the wall clock changes no deadline', async () => {
  const clock = createFakeClock();
  using deadline = createDeadline(100, { clock });
  clock.jumpWall(3_600_000);
  await clock.advance(99);
  clock.jumpWall(-7_200_000);
  assert.equal(deadline.signal.aborted, false);
  await clock.advance(1);
  assert.equal(deadline.signal.aborted, true);
});

test('[CORE-18] a time that is not finite or below 0 is refused', async () => {
  for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createDeadline(ms), { code: 'MILLRACE_CORE_OPTION_INVALID' });
    await assert.rejects(withTimeout(never(), ms), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  }
});

test('[CORE-19] a parent aborts its deadline with its own reason', async () => {
  const clock = createFakeClock();
  const parent = new AbortController();
  using deadline = createDeadline(100, { clock, signal: parent.signal });
  const work = watch(withTimeout(never, 100, { clock, signal: parent.signal }));
  const reason = new Error('client went away');
  parent.abort(reason);
  assert.equal(deadline.signal.reason, reason);
  assert.equal(deadline.remainingMs(), 0);
  await clock.advance(0);
  assert.deepEqual(work, { outcome: 'rejected', reason });
});

test('[CORE-19] deadlines nest: the earlier one counts and its reason goes down', async () => {
  const clock = createFakeClock();
  using outer = createDeadline(50, { clock });
  using inner = createDeadline(100, { clock, signal: outer.signal });
  await clock.advance(50);
  assert.equal(inner.signal.reason, outer.signal.reason);
  assert.match(String(inner.signal.reason), /within 50 ms/);
});

test('[CORE-19] under a signal that is aborted already no work starts', async () => {
  const clock = createFakeClock();
  let started = 0;
  const work = (): Promise<void> => Promise.resolve(void started++);
  const reason = new Error('gone');
  await assert.rejects(withTimeout(work, 100, { clock, signal: AbortSignal.abort(reason) }), reason);
  await assert.rejects(withTimeout(never(), 100, { clock, signal: AbortSignal.abort(reason) }), reason);
  using deadline = createDeadline(100, { clock, signal: AbortSignal.abort(reason) });
  assert.equal(deadline.signal.reason, reason);
  assert.equal(started, 0);
  assert.equal(clock.pendingTimers, 0);
});

test('[CORE-20] whatever the outcome, no timer and no listener is left', async () => {
  const outcomes = fc.constantFrom('value', 'error', 'throw', 'late', 'parent', 'already aborted');
  const property = fc.asyncProperty(fc.array(outcomes, { minLength: 1, maxLength: 10 }), async (list) => {
    const clock = createFakeClock();
    const parent = new AbortController();
    const signals: AbortSignal[] = [];
    const start = (outcome: string): Promise<unknown> => {
      const signal = outcome === 'already aborted' ? AbortSignal.abort() : parent.signal;
      const work = (own: AbortSignal): Promise<unknown> => {
        signals.push(own);
        if (outcome === 'throw') throw new Error('thrown');
        if (outcome === 'value') return Promise.resolve(1);
        return outcome === 'error' ? Promise.reject(new Error('rejected')) : never();
      };
      return withTimeout(work, outcome === 'parent' ? 1_000 : 10, { clock, signal });
    };
    const running = list.map(start);
    const settled = Promise.allSettled(running);
    await clock.advance(10);
    parent.abort();
    await settled;
    assert.equal(clock.pendingTimers, 0);
    assert.equal(listeners(parent.signal), 0);
    assert.ok(signals.every((signal) => signal.aborted || listeners(signal) === 0));
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 50 });
});

test('[CORE-20] closing a deadline lets go of timer and parent, and its signal never aborts', async () => {
  const clock = createFakeClock();
  const parent = new AbortController();
  const deadline = createDeadline(10, { clock, signal: parent.signal });
  assert.deepEqual([clock.pendingTimers, listeners(parent.signal)], [1, 1]);
  deadline.close();
  deadline.close();
  assert.deepEqual([clock.pendingTimers, listeners(parent.signal)], [0, 0]);
  parent.abort();
  await clock.advance(20);
  assert.equal(deadline.signal.aborted, false);
  {
    using _ = createDeadline(10, { clock });
    await using __ = createDeadline(10, { clock });
    assert.equal(clock.pendingTimers, 2);
  }
  assert.equal(clock.pendingTimers, 0);
});

test('[CORE-20] on the machine’s own clock no timer stays either', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  await Promise.all(Array.from({ length: 50 }, () => withTimeout(async () => {}, 60_000)));
  assert.equal(timers(), before);
});

test('[CORE-21] the outcome of work in time is passed on', async () => {
  const clock = createFakeClock();
  assert.equal(await withTimeout(Promise.resolve('given'), 10, { clock }), 'given');
  assert.equal(await withTimeout(() => 'at once', 10, { clock }), 'at once');
  assert.equal(await withTimeout(async () => 'later', 10, { clock }), 'later');
  const wrong = new Error('wrong');
  await assert.rejects(withTimeout(Promise.reject(wrong), 10, { clock }), wrong);
  const throwing = (): never => {
    throw wrong;
  };
  await assert.rejects(withTimeout(throwing, 10, { clock }), wrong);
});

test('[CORE-21] work that is late is told to stop and then ignored, its error included', async () => {
  const clock = createFakeClock();
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const late = Promise.withResolvers<string>();
  let told: AbortSignal | undefined;
  const work = watch(
    withTimeout(
      (signal) => {
        told = signal;
        return late.promise;
      },
      10,
      { clock },
    ),
  );
  await clock.advance(10);
  assert.equal(told?.aborted, true);
  assert.equal((work.reason as { code: string }).code, LATE.code);
  late.reject(new Error('too late to matter'));
  await clock.advance(10);
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});
