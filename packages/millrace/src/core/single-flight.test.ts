import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/index.ts';
import { createSingleFlight } from './single-flight.ts';

/** Loads that end when the test says so. */
function manual<Value>(): { load: (signal: AbortSignal) => Promise<Value>; runs: Run<Value>[] } {
  const runs: Run<Value>[] = [];
  const load = (signal: AbortSignal): Promise<Value> => {
    const resolvers = Promise.withResolvers<Value>();
    runs.push({ signal, ...resolvers });
    return resolvers.promise;
  };
  return { load, runs };
}

interface Run<Value> {
  readonly signal: AbortSignal;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

test('[CORE-22] one load a key runs, and all who ask get the same promise', async () => {
  const flights = createSingleFlight<string, number>();
  const { load, runs } = manual<number>();
  const asked = Array.from({ length: 100 }, () => flights.run('a', load));
  const other = flights.run('b', load);
  assert.equal(runs.length, 2);
  assert.equal(new Set(asked).size, 1);
  assert.equal(flights.size, 2);
  assert.equal(flights.has('a'), true);
  runs[0]?.resolve(1);
  runs[1]?.resolve(2);
  assert.deepEqual(new Set(await Promise.all(asked)), new Set([1]));
  assert.equal(await other, 2);
  assert.equal(flights.size, 0);
  assert.equal(flights.has('a'), false);
});

test('[CORE-22] nothing is kept: the key is free before anyone hears the answer', async () => {
  const flights = createSingleFlight<string, number>();
  const first = flights.run('a', async () => 1);
  const second = first.then(() => flights.run('a', async () => 2));
  assert.equal(await second, 2);
});

test('[CORE-22] keys are told apart as in a Map', async () => {
  const flights = createSingleFlight<unknown, string>();
  const one = {};
  const answers = await Promise.all(
    [1, '1', one, {}, Number.NaN, Number.NaN].map((key, i) => flights.run(key, async () => `${i}`)),
  );
  assert.deepEqual(answers, ['0', '1', '2', '3', '4', '4']);
});

test('[CORE-22] a load that asks for its own key meets its time limit instead of starting again', async () => {
  const clock = createFakeClock();
  const flights = createSingleFlight<string, number>({ clock, timeoutMs: 50 });
  let started = 0;
  const load = (): Promise<number> => {
    started++;
    return flights.run('a', load);
  };
  const rejected = assert.rejects(flights.run('a', load));
  await clock.advance(50);
  await rejected;
  assert.equal(started, 1);
});

test('[CORE-23] a failed load fails all who wait and is not kept', async () => {
  const flights = createSingleFlight<string, number>();
  const { load, runs } = manual<number>();
  const asked = [flights.run('a', load), flights.run('a', load)];
  const wrong = new Error('wrong');
  runs[0]?.reject(wrong);
  for (const outcome of await Promise.allSettled(asked)) {
    assert.equal((outcome as PromiseRejectedResult).reason, wrong);
  }
  assert.equal(await flights.run('a', async () => 2), 2);
});

test('[CORE-23] a load that throws at once fails like any other', async () => {
  const flights = createSingleFlight<string, number>();
  const wrong = new Error('wrong');
  const throwing = (): never => {
    throw wrong;
  };
  await assert.rejects(flights.run('a', throwing), wrong);
  assert.equal(flights.size, 0);
});

test('[CORE-24] after forget the next one starts anew, and the older load neither counts nor harms it', async () => {
  const flights = createSingleFlight<string, string>();
  const { load, runs } = manual<string>();
  const before = flights.run('a', load);
  flights.forget('a');
  assert.equal(flights.has('a'), false);
  const after = flights.run('a', load);
  assert.equal(runs.length, 2);
  runs[0]?.resolve('old');
  assert.equal(await before, 'old');
  assert.equal(flights.run('a', load), after, 'the end of the older load freed the key of the newer one');
  runs[1]?.resolve('new');
  assert.equal(await after, 'new');
  flights.forget('unknown');
});

test('[CORE-25] no more loads run at once than allowed, forgotten ones included', async () => {
  const flights = createSingleFlight<string, number>({ maxInFlight: 2 });
  const { load, runs } = manual<number>();
  const a = flights.run('a', load);
  const forgotten = flights.run('b', load);
  flights.forget('b');
  await assert.rejects(flights.run('b', load), { code: 'MILLRACE_CORE_SINGLE_FLIGHT_FULL', status: 503 });
  const joined = flights.run('a', load);
  assert.equal(runs.length, 2);
  runs[0]?.resolve(1);
  assert.deepEqual([await a, await joined], [1, 1]);
  assert.equal(await flights.run('b', async () => 3), 3);
  runs[1]?.resolve(2);
  assert.equal(await forgotten, 2);
});

test('[CORE-25] limits that make no sense are refused', () => {
  for (const options of [{ maxInFlight: 0 }, { maxInFlight: 1.5 }, { timeoutMs: 0 }, { timeoutMs: Number.NaN }]) {
    assert.throws(() => createSingleFlight(options), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  }
});

test('[CORE-26] a load past its time limit fails for all who wait and frees its key', async () => {
  const clock = createFakeClock();
  const flights = createSingleFlight<string, number>({ clock, timeoutMs: 100 });
  const { load, runs } = manual<number>();
  const asked = [flights.run('a', load), flights.run('a', load)].map((promise) =>
    assert.rejects(promise, { code: 'MILLRACE_CORE_DEADLINE_EXCEEDED' }),
  );
  await clock.advance(99);
  assert.equal(runs[0]?.signal.aborted, false);
  await clock.advance(1);
  await Promise.all(asked);
  assert.equal(runs[0]?.signal.reason.code, 'MILLRACE_CORE_DEADLINE_EXCEEDED');
  const again = flights.run('a', load);
  runs[0]?.resolve(1);
  runs[1]?.resolve(2);
  assert.equal(await again, 2);
  assert.equal(clock.pendingTimers, 0);
});

test('[CORE-27] close aborts every load, fails all who wait, and starts no more', async () => {
  const clock = createFakeClock();
  const flights = createSingleFlight<string, number>({ clock });
  const { load, runs } = manual<number>();
  const asked = [flights.run('a', load), flights.run('b', load)];
  flights.forget('b');
  flights.close();
  for (const promise of asked) await assert.rejects(promise, { code: 'MILLRACE_CORE_CLOSED' });
  assert.ok(runs.every(({ signal }) => signal.aborted));
  assert.deepEqual([flights.size, clock.pendingTimers], [0, 0]);
  await assert.rejects(flights.run('c', load), { code: 'MILLRACE_CORE_CLOSED' });
  assert.equal(runs.length, 2);
  runs[0]?.reject(new Error('late'));
  await flights[Symbol.asyncDispose]();
});
