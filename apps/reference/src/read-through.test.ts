import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from 'millrace/core';
import { createFakeClock, type FakeClock } from 'millrace/testing';
import { flyAlone, rememberNothing } from './baseline/index.ts';
import { createAnswerMemory, createSharedFlights } from './optimised/index.ts';
import { Problem } from './problem.ts';
import { createReadThrough, type ReadThrough } from './read-through.ts';

const TTL_MS = 60_000;
const FAILED = new Problem(502, 'the key service failed');

interface Scene {
  readonly clock: FakeClock;
  readonly read: ReadThrough;
  /** What the next question gets. */
  answer: () => Promise<string>;
  asked: number;
  ask(): Promise<string>;
}

function scene(): Scene {
  const clock = createFakeClock();
  const memory = createAnswerMemory({ name: 'answers', maxAnswers: 10 }, clock);
  const read = createReadThrough({ memory, flights: createSharedFlights(clock), clock });
  const made: Scene = {
    ...{ clock, read, asked: 0, answer: async () => 'first' },
    ask() {
      return read('key', TTL_MS, () => {
        made.asked++;
        return made.answer();
      });
    },
  };
  return made;
}

test('[REF-47] a failure is covered by the last answer, and one question in five seconds is tried', async () => {
  const it = scene();
  await it.ask();
  it.answer = () => Promise.reject(FAILED);
  await it.clock.advance(TTL_MS);
  for (let second = 0; second < 10; second++) {
    assert.deepEqual(await Promise.all([it.ask(), it.ask()]), ['first', 'first']);
    await it.clock.advance(1_000);
  }
  assert.equal(it.asked, 3);
  it.answer = async () => 'second';
  await it.clock.advance(5_000);
  assert.equal(await it.ask(), 'second');
});

test('[REF-47] an answer that is late is not waited for when there is an old one, and counts when it comes', async () => {
  const it = scene();
  await it.ask();
  const late = Promise.withResolvers<string>();
  it.answer = () => late.promise;
  await it.clock.advance(TTL_MS);
  const asked = it.ask();
  await it.clock.advance(2_000);
  assert.equal(await asked, 'first');
  assert.equal(await it.ask(), 'first');
  late.resolve('second');
  await it.clock.advance(1);
  assert.deepEqual([await it.ask(), it.asked], ['second', 2]);
});

test('[REF-47] ten minutes past its time an answer is given no more', async () => {
  const it = scene();
  await it.ask();
  it.answer = () => Promise.reject(FAILED);
  await it.clock.advance(TTL_MS + 599_999);
  assert.equal(await it.ask(), 'first');
  await it.clock.advance(5_000);
  await assert.rejects(it.ask(), FAILED);
});

test('[REF-47] what keeps nothing covers nothing', async () => {
  const clock = createFakeClock();
  const read = createReadThrough({ memory: rememberNothing, flights: flyAlone, clock });
  await read('key', TTL_MS, async () => 'first');
  await assert.rejects(
    read('key', TTL_MS, () => Promise.reject(FAILED)),
    FAILED,
  );
});

test('[REF-48] a question is given up after five seconds, whatever it is made of', async () => {
  const it = scene();
  it.answer = () => new Promise(() => {});
  const asked = assert.rejects(it.ask(), { status: 504 });
  await it.clock.advance(4_999);
  assert.equal(await Promise.race([asked, 'waiting']), 'waiting');
  await it.clock.advance(1);
  await asked;
});

test('[REF-49] whoever asks after the silence is answered, though a call of the silence is under way', async () => {
  const it = scene();
  it.answer = () => new Promise(() => {});
  const before = assert.rejects(it.ask(), { status: 504 });
  await it.clock.advance(1_000);
  it.answer = async () => 'answer';
  const after = [it.ask(), it.ask()];
  await it.clock.advance(4_000);
  await before;
  assert.deepEqual([await Promise.all(after), it.asked], [['answer', 'answer'], 2]);
});

test('[REF-48, REF-49] in a silence that goes on a question takes five seconds still, and there is one call at a time', async () => {
  const it = scene();
  let underWay = 0;
  it.answer = () => {
    assert.equal(++underWay, 1);
    const { promise, reject } = Promise.withResolvers<never>();
    it.clock.schedule(5_000, () => {
      underWay--;
      reject(new Problem(504, 'the key service did not answer in time'));
    });
    return promise;
  };
  const tookMs: Promise<number>[] = [];
  for (let asked = 0; asked < 20; asked++) {
    const askedAt = it.clock.now();
    tookMs.push(assert.rejects(it.ask(), { status: 504 }).then(() => it.clock.now() - askedAt));
    await it.clock.advance(1_000);
  }
  await it.clock.advance(10_000);
  for (const each of await Promise.all(tookMs)) assert.ok(each <= 5_000, `${each} ms`);
  assert.ok(it.asked <= 6, `${it.asked} calls in 30 s`);
});

test('[REF-47, REF-49] who holds an old answer joins a call late, and does not ask again when it fails', async () => {
  const it = scene();
  await it.ask();
  const call = Promise.withResolvers<string>();
  it.answer = () => call.promise;
  await it.clock.advance(TTL_MS);
  const asked = [it.ask()];
  await it.clock.advance(600);
  asked.push(it.ask(), it.ask());
  call.reject(FAILED);
  assert.deepEqual([await Promise.all(asked), it.asked], [['first', 'first', 'first'], 2]);
});

test('[REF-48] a call that nobody joined late has one deadline, shared or not', async () => {
  for (const share of [() => flyAlone, createSharedFlights]) {
    const clock = createFakeClock();
    const timers: number[] = [];
    const counting: Clock = {
      now: () => clock.now(),
      wallNow: () => clock.wallNow(),
      schedule(delayMs, ...rest) {
        timers.push(delayMs);
        return clock.schedule(delayMs, ...rest);
      },
    };
    const read = createReadThrough({ memory: rememberNothing, flights: share(clock), clock: counting });
    const asked = ['first', 'second'].map((key) => read(key, TTL_MS, async () => key));
    assert.deepEqual(
      [await Promise.all(asked), timers],
      [
        ['first', 'second'],
        [5_000, 5_000],
      ],
    );
  }
});

test('[REF-49] a failure that comes at once is asked after by nobody', async () => {
  const it = scene();
  it.answer = async () => {
    throw FAILED;
  };
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => it.ask()));
  assert.deepEqual([asked.every(({ status }) => status === 'rejected'), it.asked], [true, 1]);
});
