import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from 'millrace/core';
import { createFakeClock, type FakeClock } from 'millrace/testing';
import { createAnswersAside } from './baseline/index.ts';
import { createUpstreamAnswers } from './optimised/index.ts';
import { Problem } from './problem.ts';

const TTL_MS = 60_000;
const TERM = { ttlMs: TTL_MS, staleMs: 600_000 };
const FAILED = new Problem(502, 'the key service failed');

interface Scene {
  readonly clock: FakeClock;
  /** What the next question gets. */
  answer: () => Promise<string>;
  asked: number;
  ask(): Promise<string>;
}

function scene(): Scene {
  const clock = createFakeClock();
  const answers = createUpstreamAnswers({ name: 'answers', clock });
  const made: Scene = {
    ...{ clock, asked: 0, answer: async () => 'first' },
    ask() {
      const call = (): Promise<string> => {
        made.asked++;
        return made.answer();
      };
      return answers.read('key', call, TERM);
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
  const next = it.ask();
  await it.clock.advance(0);
  assert.equal(await next, 'first');
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
  for (const answers of [
    createUpstreamAnswers({ name: 'answers', clock, keeps: false }),
    createAnswersAside('answers', clock, false),
  ]) {
    await answers.read('key', async () => 'first', TERM);
    await assert.rejects(
      answers.read('key', () => Promise.reject(FAILED), TERM),
      FAILED,
    );
  }
});

test('[REF-47] who shares no call is covered by the last answer too', async () => {
  const clock = createFakeClock();
  const answers = createAnswersAside('answers', clock, true);
  let asked = 0;
  const ask = (call: () => Promise<string>): Promise<string> => {
    return answers.read('key', () => call().finally(() => asked++), TERM);
  };
  await ask(async () => 'first');
  await clock.advance(TTL_MS);
  for (let second = 0; second < 10; second++) {
    assert.equal(await ask(() => Promise.reject(FAILED)), 'first');
    await clock.advance(1_000);
  }
  assert.equal(asked, 3);
  assert.equal(await ask(async () => 'second'), 'second');
  await clock.advance(TTL_MS + 600_000);
  await assert.rejects(
    ask(() => Promise.reject(FAILED)),
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
  for (const shares of [false, true]) {
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
    const answers = shares
      ? createUpstreamAnswers({ name: 'answers', clock: counting, keeps: false })
      : createAnswersAside('answers', counting, false);
    const asked = ['first', 'second'].map((key) => answers.read(key, async () => key, TERM));
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

test('[REF-49] who joined a call half a second after its beginning asks again when it fails, all together and once', async () => {
  const clock = createFakeClock();
  const answers = createUpstreamAnswers({ name: 'answers', clock, keeps: false });
  const calls: PromiseWithResolvers<string>[] = [];
  const ask = async (): Promise<PromiseSettledResult<string>> => {
    const call = (): Promise<string> => {
      calls.push(Promise.withResolvers<string>());
      return (calls.at(-1) as PromiseWithResolvers<string>).promise;
    };
    const [outcome] = await Promise.allSettled([answers.read('key', call, TERM)]);
    return outcome;
  };
  const first = ask();
  await clock.advance(499);
  const early = ask();
  await clock.advance(1);
  const late = [ask(), ask()];
  calls[0]?.reject(new Error('silent'));
  for (const { status } of await Promise.all([first, early])) assert.equal(status, 'rejected');
  assert.equal(calls.length, 2);
  await clock.advance(500);
  const later = ask();
  calls[1]?.reject(new Error('silent still'));
  for (const { status } of await Promise.all(late)) assert.equal(status, 'rejected');
  await clock.advance(0);
  assert.equal(calls.length, 3);
  calls[2]?.resolve('answer');
  assert.deepEqual(await later, { status: 'fulfilled', value: 'answer' });
});

test('the end of the service is the end of all who wait', async () => {
  const answers = createUpstreamAnswers({ name: 'answers', clock: createFakeClock() });
  const waiting = assert.rejects(
    answers.read('key', () => new Promise(() => {}), TERM),
    { code: 'MILLRACE_CACHE_CLOSED' },
  );
  await answers.close();
  await waiting;
});

test('[REF-42] an answer that says itself how long it counts is kept for that, and not past it', async () => {
  for (const shares of [false, true]) {
    const clock = createFakeClock();
    const answers = shares
      ? createUpstreamAnswers({ name: 'logins', clock })
      : createAnswersAside('logins', clock, true);
    let asked = 0;
    const ask = (): Promise<number> => answers.read('login', async () => ++asked, { ttlMs: (nth) => nth * 1_000 });
    assert.deepEqual([await ask(), await ask()], [1, 1]);
    await clock.advance(1_000);
    assert.deepEqual([await ask(), await ask()], [2, 2]);
    await clock.advance(1_999);
    answers.forget('login');
    assert.equal(await ask(), 3);
  }
});
