import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { numberedScenario, PLAIN, startSmallService, sumsOf, writeScenario } from './fixtures.test.ts';
import { moduleFlags } from './load-thread.ts';
import { runLoadInWorkers } from './run-load-in-workers.ts';

const CONSTANT = { kind: 'constant', ratePerSecond: 200, durationMs: 600 } as const;

test('[WORKER-1] every arrival is sent once, each by the worker of its stripe', async () => {
  await using service = await startSmallService();
  using file = writeScenario(numberedScenario(''));
  const options = { target: service.url, source: file.source, model: CONSTANT, seed: 3, workers: 3 };
  const result = await runLoadInWorkers(options);
  const { arrivals, total, generator, steps } = result;
  assert.deepEqual([arrivals.planned, total.ok, service.paths.length, generator.workers], [120, 120, 120, 3]);
  assert.deepEqual(sumsOf(result), { all: 120, inSeconds: 120 });
  assert.deepEqual(Object.keys(steps), ['read']);
  assert.equal(total.responseTimeUs.count, 120);
  assert.equal(generator.scheduleLagUs.count, 120);
  // Arrival i wants user i % 8, and worker i % 3 has the users that are so modulo 3: the nearest of them is taken.
  const users = service.paths.map((path) => Number(path.slice(1)));
  assert.deepEqual(
    [...new Set(users)].toSorted((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

test('[WORKER-2] there are no more workers than users or connections', async () => {
  await using service = await startSmallService();
  using file = writeScenario(numberedScenario(''));
  const options = { target: service.url, model: { ...CONSTANT, durationMs: 50 }, seed: 1, workers: 12 };
  const byUsers = await runLoadInWorkers({ ...options, source: file.source });
  assert.equal(byUsers.generator.workers, 8);
  assert.deepEqual([byUsers.setup?.workers, byUsers.setup?.users], [8, 8]);
  const byConnections = await runLoadInWorkers({ ...options, source: PLAIN, maxConnections: 2 });
  assert.deepEqual([byConnections.generator.workers, byConnections.total.ok], [2, 10]);
  assert.deepEqual([byConnections.setup?.connections, byConnections.setup?.users], [2, undefined]);
});

test('[WORKER-3] the result until now can be asked for while the run goes on', async () => {
  await using service = await startSmallService();
  const lives: LoadResult[] = [];
  const result = await runLoadInWorkers({
    ...{ target: service.url, source: PLAIN, model: { ...CONSTANT, durationMs: 1_200 }, seed: 1, workers: 2 },
    onProgress: ({ live, planned, completed }) => {
      assert.ok(completed <= planned);
      if (live !== undefined) lives.push(live());
    },
  });
  const settled = lives.map(({ total }) => total.ok);
  assert.ok(lives.length >= 2, `${lives.length}`);
  assert.ok((settled.at(-1) ?? 0) > 0 && (settled.at(-1) ?? 0) <= result.total.ok);
  assert.deepEqual(
    settled.toSorted((one, other) => one - other),
    settled,
  );
});

test('[WORKER-7] a closed run shares out its loops and its requests', async () => {
  await using service = await startSmallService();
  const options = { target: service.url, source: PLAIN, seed: 1, workers: 2, maxConnections: 3 };
  const model = { kind: 'closed', durationMs: 30_000, requests: 41 } as const;
  const result = await runLoadInWorkers({ ...options, model });
  assert.deepEqual([result.arrivals.kind, result.arrivals.planned, result.total.ok], ['closed', 41, 41]);
  assert.equal(result.generator.connectionsOpened, 3);
});

test('[WORKER-2] there are no more workers than requests', async () => {
  await using service = await startSmallService();
  const model = { kind: 'closed', durationMs: 60_000, requests: 1 } as const;
  const { generator, total } = await runLoadInWorkers({
    target: service.url,
    source: PLAIN,
    model,
    seed: 1,
    workers: 3,
  });
  assert.deepEqual([generator.workers, total.ok], [1, 1]);
});

test('[WORKER-4] an interruption gives the whole result until then', async () => {
  await using service = await startSmallService();
  const stop = new AbortController();
  let abortedAt = 0;
  const result = await runLoadInWorkers({
    ...{ target: service.url, source: PLAIN, model: { ...CONSTANT, durationMs: 60_000 }, seed: 1, workers: 2 },
    signal: stop.signal,
    onProgress: () => {
      if (abortedAt === 0) abortedAt = performance.now();
      stop.abort();
    },
  });
  assert.equal(result.interrupted, true);
  assert.ok(result.arrivals.planned > 0 && result.arrivals.planned < 12_000);
  assert.deepEqual(sumsOf(result), { all: result.arrivals.planned, inSeconds: result.arrivals.planned });
  assert.ok(performance.now() - abortedAt < 10_000);
});

test('[WORKER-4] a worker that does not stop in time is ended; what it leaves is interrupted', async () => {
  await using service = await startSmallService();
  using file = writeScenario(numberedScenario('if (id === 1) for (;;);'));
  const stop = new AbortController();
  const result = await runLoadInWorkers({
    ...{ target: service.url, source: file.source, model: { ...CONSTANT, durationMs: 60_000 }, seed: 1, workers: 2 },
    signal: stop.signal,
    onProgress: ({ completed }) => {
      if (completed > 10) stop.abort();
    },
  });
  assert.ok(result.total.interrupted > 0 && result.total.ok > 0);
  assert.deepEqual(sumsOf(result), { all: result.arrivals.planned, inSeconds: result.arrivals.planned });
  assert.equal(result.total.interrupted, result.total.cutOff?.responseTimeUs.count);
  assert.ok(!result.validity.reasons.some(({ code }) => code === 'worker-lost'), 'it was the interruption');
});

for (const [how, code, says] of [
  ['crashes', `if (id === 1) setTimeout(() => { throw new Error('crashed'); })`, /^crashed$/],
  ['exits', `if (id === 1) process.exit(1)`, /code 1$/],
  [
    'runs out of memory',
    `if (id === 1) { const all = []; for (;;) all.push(new Array(1e5).fill({ ...all })); }`,
    /memory/,
  ],
] as const) {
  test(`[WORKER-5] a worker that ${how}: the others go on, the rest of its stripe is unsent, and the run invalid`, async () => {
    await using service = await startSmallService();
    using file = writeScenario(numberedScenario(code));
    const result = await runLoadInWorkers({
      ...{ target: service.url, source: file.source, model: CONSTANT, seed: 1, workers: 2, workerHeapMb: 32 },
    });
    const { arrivals, total, validity, steps } = result;
    assert.deepEqual([arrivals.planned, result.interrupted], [120, false]);
    assert.deepEqual(sumsOf(result), { all: 120, inSeconds: 120 });
    assert.equal(total.ok >= 60, true, 'the other stripe is whole');
    assert.equal((total.errors.unsent ?? 0) + total.ok, 120);
    assert.equal(total.censored, total.errors.unsent);
    assert.equal(steps['(lost worker)']?.errors.unsent, total.errors.unsent);
    const lost = validity.reasons.find(({ code }) => code === 'worker-lost');
    assert.ok(lost?.code === 'worker-lost');
    assert.deepEqual([lost.values.count, lost.values.bound], [1, 0]);
    assert.match(lost.values.cause, says);
  });
}

test('[WORKER-5] what a lost worker would have sent last is missed too, when the others have no more to send before it is due', async () => {
  await using service = await startSmallService();
  using file = writeScenario(numberedScenario('if (id === 1) process.exit(1)'));
  const { arrivals, total } = await runLoadInWorkers({
    ...{ target: service.url, source: file.source, seed: 1, workers: 2 },
    model: { kind: 'constant', ratePerSecond: 4, durationMs: 1_000 },
  });
  assert.deepEqual([arrivals.planned, total.ok, total.errors.unsent], [4, 2, 2]);
});

test('[WORKER-6] what cannot run rejects before anything is sent', async () => {
  await using service = await startSmallService();
  const options = { target: service.url, source: PLAIN, model: CONSTANT, seed: 1 };
  const invalid = { code: 'MILLRACE_LOAD_OPTION_INVALID' };
  await assert.rejects(runLoadInWorkers({ ...options, workers: 0 }), invalid);
  await assert.rejects(runLoadInWorkers({ ...options, workerHeapMb: 1 }), invalid);
  await assert.rejects(runLoadInWorkers({ ...options, model: { kind: 'closed', durationMs: 0 } }), invalid);
  await assert.rejects(runLoadInWorkers({ ...options, maxConnections: 0 }), invalid);
  await assert.rejects(runLoadInWorkers({ ...options, pacing: 'swift' as 'eco' }), invalid);
  const missing = { kind: 'module', href: 'file:///nowhere/at-all.ts' } as const;
  await assert.rejects(runLoadInWorkers({ ...options, source: missing }), {
    code: 'MILLRACE_FLOW_SCENARIO_UNREADABLE',
  });
  const main = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) process.exit(3);`;
  using file = writeScenario(main + numberedScenario(''));
  await assert.rejects(runLoadInWorkers({ ...options, source: file.source }), { code: 'MILLRACE_WORKER_NOT_READY' });
  assert.deepEqual(service.paths, []);
});

test('[WORKER-4] an interruption before the start gives an empty result at once, whatever the workers are at', async () => {
  await using service = await startSmallService();
  const options = { target: service.url, model: CONSTANT, seed: 1, workers: 2 };
  const before = await runLoadInWorkers({ ...options, source: PLAIN, signal: AbortSignal.abort() });
  const busy = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) for (;;);`;
  using file = writeScenario(busy + numberedScenario(''));
  const amid = await runLoadInWorkers({ ...options, source: file.source, signal: AbortSignal.timeout(300) });
  for (const { interrupted, arrivals, total, generator, validity } of [before, amid]) {
    assert.deepEqual([interrupted, arrivals.planned, total.sent, generator.workers], [true, 0, 0, 2]);
    assert.deepEqual(validity, { verdict: 'valid', reasons: [] });
  }
  assert.deepEqual(service.paths, []);
});

test('[WORKER-9] the run rejects with what was thrown when it told its progress', async () => {
  await using service = await startSmallService();
  const running = runLoadInWorkers({
    ...{ target: service.url, source: PLAIN, model: { ...CONSTANT, durationMs: 60_000 }, seed: 1, workers: 1 },
    onProgress: () => {
      throw new Error('no room on the screen');
    },
  });
  await assert.rejects(running, /no room on the screen/);
});

test('[WORKER-10] flags that say how modules are found go on to the workers, with their values', () => {
  const flags = [
    '-C',
    'one',
    '--conditions',
    'two',
    '--conditions=three',
    '--import',
    './x.ts',
    '--inspect',
    '-r',
    'y',
  ];
  assert.deepEqual(moduleFlags(flags), flags.slice(0, 7));
});
