import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { authHash } from '../signals/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { createHashGate, type HashGate, openHashGate } from './hash-gate.ts';
import type { HashGateOptions } from './hash-gate-options.ts';
import type { HashAnswer, HashThread } from './hash-thread.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101) | 0;
/** Cost 12; what it says is for the fake thread to decide. */
const HASH = `$2b$12$${'e'.repeat(53)}`;

/** A gate over threads that need `hashMs` of fake time for any hash, and die when told to. */
class FakeThreads {
  readonly clock: FakeClock = createFakeClock();
  hashMs: number;
  /** Jobs begun, threads started, threads closed so far. */
  begun = 0;
  started = 0;
  closed = 0;
  /** Kills the thread that was started last. */
  kill: () => void = () => {};
  readonly gate: HashGate;

  constructor(options: HashGateOptions, hashMs: number) {
    this.hashMs = hashMs;
    this.gate = openHashGate({ clock: this.clock, ...options }, (died) => this.#start(died));
  }

  #start(died: (cause: Error) => void): HashThread {
    this.started++;
    let job: PromiseWithResolvers<HashAnswer> | undefined;
    this.kill = () => {
      job?.reject(new Error('killed'));
      died(new Error('killed'));
    };
    return {
      run: ({ password }) => {
        this.begun++;
        const { hashMs: elapsedMs } = this;
        const current = Promise.withResolvers<HashAnswer>();
        job = current;
        this.clock.schedule(elapsedMs, () => current.resolve({ value: password === 'right', elapsedMs }));
        return current.promise;
      },
      close: async () => void this.closed++,
    };
  }
}

function openFake(options: HashGateOptions = {}, hashMs = 200): FakeThreads {
  return new FakeThreads(options, hashMs);
}

/** What became of a promise: its value, or its error's code. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return await promise.catch((error: { code?: string }) => error.code ?? error);
}

const REFUSALS = ['MILLRACE_AUTH_HASH_QUEUE_FULL', 'MILLRACE_AUTH_HASH_LATE'];

/** Lets the gate measure one hash. */
async function measure({ gate, clock, hashMs }: FakeThreads): Promise<void> {
  const first = gate.verify('right', HASH);
  await clock.advance(hashMs);
  assert.equal(await first, true);
}

test('[AUTH-1] a password fits its own hash and no other', async () => {
  await using gate = createHashGate();
  const [one, two] = await Promise.all([gate.hash('päss wörd', 4), gate.hash('päss wörd', 4)]);
  assert.match(one, /^\$2b\$04\$/);
  assert.notEqual(one, two);
  assert.deepEqual(
    await Promise.all([gate.verify('päss wörd', one), gate.verify('päss wörd', two), gate.verify('pass word', one)]),
    [true, true, false],
  );
});

test('[AUTH-4] what measured times put past the deadline is refused at once, with the time to wait', async () => {
  const fake = openFake({ deadlineMs: 1_000 }, 300);
  await measure(fake);
  const answers = Array.from({ length: 5 }, () => outcome(fake.gate.verify('right', HASH)));
  // Three fit: they end after 300, 600 and 900 ms. The others find 900 ms of work before them.
  await fake.clock.advance(0);
  assert.deepEqual(await Promise.all(answers.slice(3)), Array(2).fill('MILLRACE_AUTH_HASH_LATE'));
  const late = (retryAfterMs: number): object => ({ status: 503, context: { deadlineMs: 1_000, retryAfterMs } });
  await assert.rejects(fake.gate.verify('right', HASH), late(900));
  await fake.clock.advance(100);
  await assert.rejects(fake.gate.verify('right', HASH), late(800));
  await fake.clock.advance(800);
  assert.deepEqual(await Promise.all(answers.slice(0, 3)), [true, true, true]);
  assert.deepEqual([fake.begun, fake.gate.stats().refused], [4, 4]);
});

test('[AUTH-4] before anything was measured the queue is bounded by an assumption', async () => {
  const fake = openFake({ deadlineMs: 1_000, maxQueue: 100 });
  const answers = Array.from({ length: 20 }, () => outcome(fake.gate.verify('right', HASH)));
  await fake.clock.advance(10_000);
  const done = (await Promise.all(answers)).filter((answer) => answer === true);
  assert.ok(done.length >= 4 && done.length <= 6, `${done.length} of 20 were taken`);
});

test('[AUTH-4] one more than maxQueue is refused, however long the deadline', async () => {
  const fake = openFake({ deadlineMs: 60_000, maxQueue: 2 });
  await measure(fake);
  const answers = Array.from({ length: 4 }, () => outcome(fake.gate.verify('right', HASH)));
  assert.equal(await answers[3], 'MILLRACE_AUTH_HASH_QUEUE_FULL');
  await assert.rejects(fake.gate.verify('right', HASH), { status: 503, context: { limit: 2, retryAfterMs: 600 } });
  assert.deepEqual([fake.gate.stats().queued, fake.gate.stats().running], [2, 1]);
  await fake.clock.advance(600);
  assert.deepEqual(await Promise.all(answers.slice(0, 3)), [true, true, true]);
});

test('[AUTH-4] two threads halve the expected wait', async () => {
  const fake = openFake({ threads: 2, deadlineMs: 1_000 }, 300);
  await measure(fake);
  const answers = Array.from({ length: 7 }, () => outcome(fake.gate.verify('right', HASH)));
  await fake.clock.advance(1_000);
  assert.deepEqual(await Promise.all(answers), [...Array(6).fill(true), 'MILLRACE_AUTH_HASH_LATE']);
});

test('[AUTH-5] who still waits at the deadline is told so then', async () => {
  const fake = openFake({ deadlineMs: 1_000 }, 300);
  await measure(fake);
  fake.hashMs = 5_000;
  const [running, waiting] = [1, 2].map(() => outcome(fake.gate.verify('right', HASH)));
  await fake.clock.advance(999);
  assert.equal(fake.gate.stats().queued, 1);
  await fake.clock.advance(1);
  assert.equal(await waiting, 'MILLRACE_AUTH_HASH_DEADLINE');
  await fake.clock.advance(4_000);
  assert.equal(await running, true);
  assert.deepEqual([fake.begun, fake.gate.stats().expired, fake.clock.pendingTimers], [2, 1, 0]);
});

test('[AUTH-6] after a stall that measured more than the deadline, the gate finds back', async () => {
  const fake = openFake({ deadlineMs: 1_000 }, 4_000);
  await measure(fake);
  fake.hashMs = 100;
  for (let each = 0; each < 20; each++) {
    const answer = fake.gate.verify('right', HASH);
    await fake.clock.advance(100);
    assert.equal(await answer, true);
  }
  const two = [1, 2].map(() => outcome(fake.gate.verify('right', HASH)));
  await fake.clock.advance(200);
  assert.deepEqual(await Promise.all(two), [true, true]);
});

test('[AUTH-7] a thread that dies takes its password along, and no other', async () => {
  const fake = openFake();
  const [first, second] = [1, 2].map(() => outcome(fake.gate.verify('right', HASH)));
  await fake.clock.advance(100);
  fake.kill();
  await fake.clock.advance(200);
  assert.deepEqual([await first, await second], ['MILLRACE_AUTH_HASH_CRASHED', true]);
  assert.deepEqual([fake.started, fake.gate.stats().threads, fake.gate.stats().crashes], [2, 1, 1]);
});

test('[AUTH-8] threads that go on dying are not replaced for ever', async () => {
  const fake = openFake();
  for (let deaths = 0; deaths < 6; deaths++) fake.kill();
  assert.deepEqual([fake.started, fake.gate.stats().threads], [6, 0]);
  const refused = await fake.gate.verify('right', HASH).catch((error) => error);
  assert.equal(refused.code, 'MILLRACE_AUTH_HASH_UNAVAILABLE');
  assert.equal(refused.cause.message, 'killed');
  await fake.clock.advance(60_000);
  assert.equal(fake.gate.stats().threads, 1);
  await measure(fake);
});

test('[AUTH-8] what waits is refused when the last thread dies', async () => {
  const fake = openFake();
  for (let deaths = 0; deaths < 5; deaths++) fake.kill();
  const [running, waiting] = [1, 2].map(() => outcome(fake.gate.verify('right', HASH)));
  fake.kill();
  assert.deepEqual(await running, 'MILLRACE_AUTH_HASH_CRASHED');
  assert.deepEqual(await waiting, 'MILLRACE_AUTH_HASH_UNAVAILABLE');
});

test('[AUTH-9] a hash without an end is given up', async () => {
  const fake = openFake({}, 3_600_000);
  const stuck = outcome(fake.gate.verify('right', HASH));
  await fake.clock.advance(29_999);
  assert.equal(fake.gate.stats().running, 1);
  await fake.clock.advance(1);
  assert.equal(await stuck, 'MILLRACE_AUTH_HASH_DEADLINE');
  assert.deepEqual([fake.started, fake.closed, fake.gate.stats().threads], [2, 1, 1]);
  fake.hashMs = 100;
  assert.deepEqual([await settleAfter(fake, 100), fake.gate.stats().crashes], [true, 1]);
});

async function settleAfter(fake: FakeThreads, ms: number): Promise<unknown> {
  const answer = outcome(fake.gate.verify('right', HASH));
  await fake.clock.advance(ms);
  return await answer;
}

test('[AUTH-10] close answers what runs, refuses what waits, and nothing is left', async () => {
  const fake = openFake();
  const [running, waiting] = [1, 2].map(() => outcome(fake.gate.verify('right', HASH)));
  const closing = fake.gate.close();
  assert.equal(await waiting, 'MILLRACE_AUTH_CLOSED');
  assert.equal(await outcome(fake.gate.verify('right', HASH)), 'MILLRACE_AUTH_CLOSED');
  await fake.clock.advance(200);
  assert.equal(await running, true);
  await Promise.all([closing, fake.gate.close()]);
  assert.deepEqual([fake.closed, fake.begun, fake.clock.pendingTimers], [1, 1, 0]);
});

test('[AUTH-10] close while threads rest after their deaths leaves no timer', async () => {
  const fake = openFake();
  for (let deaths = 0; deaths < 6; deaths++) fake.kill();
  await fake.gate.close();
  assert.equal(fake.clock.pendingTimers, 0);
});

test('[AUTH-11] any arrivals, deaths and hash times keep the bounds', async () => {
  const step = fc.record({
    arrivals: fc.nat({ max: 4 }),
    hashMs: fc.integer({ min: 1, max: 1_500 }),
    kills: fc.boolean(),
    passMs: fc.nat({ max: 700 }),
  });
  const options = fc.record({ threads: fc.integer({ min: 1, max: 3 }), maxQueue: fc.nat({ max: 5 }) });
  const property = fc.asyncProperty(options, fc.array(step, { minLength: 1, maxLength: 12 }), async (bounds, steps) => {
    const fake = openFake({ ...bounds, deadlineMs: 1_000 });
    const waits: number[] = [];
    const stop = authHash.subscribe(({ outcome: ended, waitMs }) => ended === 'ok' && waits.push(waitMs));
    const answers: Promise<unknown>[] = [];
    for (const { arrivals, hashMs, kills, passMs } of steps) {
      fake.hashMs = hashMs;
      for (let each = 0; each < arrivals; each++) answers.push(outcome(fake.gate.verify('right', HASH)));
      if (kills) fake.kill();
      const { running, queued } = fake.gate.stats();
      assert.ok(running <= bounds.threads && queued <= bounds.maxQueue, `${running} run, ${queued} wait`);
      await fake.clock.advance(passMs);
    }
    await fake.clock.advance(120_000);
    const codes = await Promise.all(answers);
    stop();
    assert.ok(waits.every((waitMs) => waitMs <= 1_000));
    const { completed, refused, expired, queued, running } = fake.gate.stats();
    assert.deepEqual([queued, running], [0, 0]);
    assert.equal(completed, codes.filter((code) => code === true).length);
    assert.equal(refused, codes.filter((code) => REFUSALS.includes(String(code))).length);
    assert.equal(expired, codes.filter((code) => code === 'MILLRACE_AUTH_HASH_DEADLINE').length);
    await fake.gate.close();
    assert.equal(fake.clock.pendingTimers, 0);
  });
  await fc.assert(property, { numRuns: 200, seed: SEED });
});

test('[AUTH-12] passwords that bcrypt would cut short are refused', async () => {
  const { gate, begun } = openFake();
  const cases: [string, string][] = [
    ['a'.repeat(73), 'MILLRACE_AUTH_PASSWORD_TOO_LONG'],
    ['é'.repeat(37), 'MILLRACE_AUTH_PASSWORD_TOO_LONG'],
    ['a'.repeat(10_000_000), 'MILLRACE_AUTH_PASSWORD_TOO_LONG'],
    ['right\0wrong', 'MILLRACE_AUTH_PASSWORD_INVALID'],
    ['\ud800', 'MILLRACE_AUTH_PASSWORD_INVALID'],
    [undefined as unknown as string, 'MILLRACE_AUTH_PASSWORD_INVALID'],
  ];
  for (const [password, code] of cases) {
    await assert.rejects(gate.verify(password, HASH), { code, status: 400 });
    await assert.rejects(gate.hash(password, 12), { code });
  }
  assert.equal(begun, 0);
});

test('[AUTH-12] 72 bytes count, each of them', async () => {
  await using gate = createHashGate();
  const long = 'é'.repeat(36);
  const hash = await gate.hash(long, 4);
  assert.deepEqual(await Promise.all([gate.verify(long, hash), gate.verify(`${'é'.repeat(35)}è`, hash)]), [
    true,
    false,
  ]);
});

test('[AUTH-13] a stored hash must have the form, and a cost within the bound', async () => {
  const { gate } = openFake({ maxCost: 12 });
  const body = 'e'.repeat(53);
  for (const bad of [
    '',
    body,
    `$2b$12$${body}a`,
    `$2b$12$${body.slice(1)}`,
    `$2x$12$${body}`,
    `$2b$1x$${body}`,
    `$2b$+9$${body}`,
    `$2b$12$${'a'.repeat(53)}`,
  ]) {
    await assert.rejects(gate.verify('right', bad), { code: 'MILLRACE_AUTH_HASH_INVALID' }, bad);
  }
  await assert.rejects(gate.verify('right', null as unknown as string), { code: 'MILLRACE_AUTH_HASH_INVALID' });
  for (const cost of ['13', '31', '99', '03']) {
    await assert.rejects(gate.verify('right', `$2b$${cost}$${body}`), { code: 'MILLRACE_AUTH_HASH_COST' }, cost);
  }
  for (const cost of [3, 13, 4.5, Number.NaN]) {
    await assert.rejects(gate.hash('right', cost), { code: 'MILLRACE_AUTH_HASH_COST' }, `${cost}`);
  }
});

test('[AUTH-17] options out of range are refused', () => {
  const bad: HashGateOptions[] = [
    { threads: 0 },
    { threads: 65 },
    { maxQueue: -1 },
    { maxQueue: 1.5 },
    { deadlineMs: Number.POSITIVE_INFINITY },
    { deadlineMs: 0 },
    { maxCost: 19 },
    { maxMemoryKiB: 1_023 },
    { maxMemoryKiB: Number.NaN },
    { niceness: -1 },
    { niceness: 20 },
  ];
  for (const options of bad) {
    assert.throws(() => createHashGate(options), { code: 'MILLRACE_AUTH_OPTION_INVALID' }, JSON.stringify(options));
  }
  const misspelt = { queue: 3 } as HashGateOptions;
  assert.throws(() => createHashGate(misspelt), { message: 'createHashGate has no option queue', mend: /`maxQueue`/ });
});

test('[AUTH-18] each password is published with its outcome, its time and its wait', async () => {
  const said: string[] = [];
  const stop = authHash.subscribe((it) => said.push(`${it.name} ${it.outcome} ${it.durationMs} ${it.waitMs}`));
  const fake = openFake({ maxQueue: 1, deadlineMs: 1_000 });
  const answers = [
    outcome(fake.gate.verify('right', HASH)),
    outcome(fake.gate.verify('wrong', HASH)),
    outcome(fake.gate.verify('right', HASH)),
  ];
  await fake.clock.advance(400);
  await Promise.all(answers);
  fake.hashMs = 2_000;
  const late = [outcome(fake.gate.hash('right', 10)), outcome(fake.gate.hash('right', 10))];
  await fake.clock.advance(2_000);
  await Promise.all(late);
  const dead = outcome(fake.gate.verify('right', HASH));
  fake.kill();
  await dead;
  stop();
  assert.deepEqual(said, [
    'verify refused 0 0',
    'verify ok 200 0',
    'verify mismatch 400 200',
    'hash timeout 1000 1000',
    'hash ok 2000 0',
    'verify failed 0 0',
  ]);
});
