import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOptions } from '../run/index.ts';
import {
  instantRunner,
  isAlive,
  MIX_CAPACITY,
  phaseOf,
  resultOf,
  stepOf,
  testManifest,
  timesUs,
} from './proof-doubles.test.ts';
import type { ArmFigures, TableRow } from './proof-result.ts';
import { prove } from './prove.ts';
import { validityOf } from './validity.ts';

const OPTIONS = { tier: 'quick', run: instantRunner, stopTimeoutMs: 1000 } as const;

test('[PROVE-1] the rounds run in the planned order, [PROVE-3] each on fresh data freed before the next', async () => {
  const manifest = testManifest();
  const result = await prove(manifest, OPTIONS);
  const expected = ['old 0', 'new 1', 'new 2', 'old 3'].flatMap((round) => [`start ${round}`, `free ${round}`]);
  assert.deepEqual(manifest.log, ['prepare', ...expected, 'close']);
  assert.deepEqual(
    result.rounds.map(({ index, block, arm }) => [index, block, arm]),
    [
      [0, 0, 'old'],
      [1, 0, 'new'],
      [2, 1, 'new'],
      [3, 1, 'old'],
    ],
  );
  assert.equal(result.outcome, 'complete');
});

test('[PROVE-3] every round asks a process of its own', async () => {
  const pids = new Set<string>();
  const run = async (options: LoadOptions<unknown>) => {
    pids.add(await (await fetch(`${options.target}/pid`)).text());
    return resultOf(stepOf([1]));
  };
  await prove(testManifest(), { ...OPTIONS, run });
  assert.equal(pids.size, 4);
  for (const pid of pids) assert.ok(!isAlive(Number(pid)), `process ${pid} is gone`);
});

/** The seeds of all runs by round. */
async function seedsOf(seed: number): Promise<Map<string, number[]>> {
  const seeds = new Map<string, number[]>();
  const [stream] = phaseOf('mix').streams;
  assert.ok(stream);
  const manifest = testManifest({
    phases: [phaseOf('mix', { warmUp: [stream], streams: [stream, { ...stream, id: 'other' }] }), phaseOf('late')],
  });
  const result = await prove(manifest, { ...OPTIONS, seed });
  for (const { index, phases } of result.rounds) {
    seeds.set(
      String(index),
      phases.flatMap((phase) => [...phase.warmUp, ...phase.streams].map((run) => run.seed)),
    );
  }
  return seeds;
}

test('[PROVE-4] neighbouring rounds share their seeds, nothing else does', async () => {
  const [first, again, other] = [await seedsOf(1), await seedsOf(1), await seedsOf(2)];
  assert.deepEqual(first, again);
  assert.deepEqual(first.get('0'), first.get('1'));
  assert.deepEqual(first.get('2'), first.get('3'));
  assert.equal(new Set([...first.values(), ...other.values()].flat()).size, 4 * 4);
});

test('[PROVE-5] the warm-up is before the first reading of the counters, and in no figure', async () => {
  const [stream] = phaseOf('mix').streams;
  assert.ok(stream);
  const phases = [phaseOf('mix', { warmUp: [{ ...stream, id: 'cold' }] })];
  const seen: string[] = [];
  const run = async ({ target, seed }: LoadOptions<unknown>) => {
    seen.push(await (await fetch(`${target}/readings`)).text());
    return resultOf(stepOf(new Array(100).fill(seen.length % 2 === 1 ? 900 : 1)), { seed });
  };
  const result = await prove(testManifest({ phases }), { ...OPTIONS, run });
  assert.deepEqual(seen.slice(0, 2), ['0', '1'], 'one reading lies between warm-up and streams');
  assert.equal(result.rows[0]?.arms[0]?.response.maxMs.value, 1);
  assert.equal(result.rounds[0]?.phases[0]?.warmUp[0]?.result.total.ok, 100);
});

test('[PROVE-6] a phase waits until the arm answers promptly again', async () => {
  const phases = [phaseOf('mix', { rounds: 'first-block' })];
  const run = async ({ target }: LoadOptions<unknown>) => {
    await fetch(`${target}/busy`);
    await sleep(20);
    return resultOf(stepOf([1]));
  };
  const result = await prove(testManifest({ phases }), { ...OPTIONS, run });
  const settleMs = result.rounds[0]?.phases[0]?.settleMs;
  assert.ok(settleMs && settleMs > 100, `settled after ${settleMs} ms`);
});

test('[PROVE-8] too long phases are refused before a process is started', async () => {
  const manifest = testManifest({ phases: [phaseOf('mix', { seconds: 60 })] });
  await assert.rejects(prove(manifest, OPTIONS), { code: 'MILLRACE_PROVE_OVER_BUDGET' });
  assert.deepEqual(manifest.log, ['prepare', 'close']);
});

const asked = (...paths: string[]) => paths.map((path) => ({ name: `ask ${path}`, method: 'GET', path }) as const);

test('[PROVE-10] answers that differ: where, both values, and nothing is measured', async () => {
  const manifest = testManifest({ digests: asked('/same', '/named') });
  const result = await prove(manifest, OPTIONS);
  assert.equal(result.outcome, 'digests-differ');
  assert.deepEqual(result.digests.mismatches, [
    {
      beforeArm: 'old',
      afterArm: 'new',
      request: 'ask /named',
      path: '$.body.name',
      before: '"old"',
      after: '"new"',
    },
  ]);
  assert.deepEqual([result.rounds, result.rows], [[], []]);
  assert.deepEqual(manifest.log.toSorted(), [
    'close',
    'free new -1',
    'free old -1',
    'prepare',
    'start new -1',
    'start old -1',
  ]);
  assert.equal(manifest.log.at(-1), 'close');
});

test('[PROVE-10] answers that agree are counted', async () => {
  const result = await prove(testManifest({ digests: asked('/a', '/b') }), OPTIONS);
  assert.deepEqual(result.digests, { requests: 2, compared: true, mismatches: [] });
});

test('[PROVE-13] a request that is not answered ends the proof', async () => {
  const manifest = testManifest({ digests: asked('/hangs-up') });
  await assert.rejects(prove(manifest, OPTIONS), {
    code: 'MILLRACE_PROVE_DIGEST_UNANSWERED',
    message: /arm before did not answer the request ask \/hangs-up/,
  });
  assert.deepEqual(manifest.log.slice(-3).toSorted(), ['close', 'free new -1', 'free old -1']);
});

test('[PROVE-14] an arm that does not come up for the comparison ends the proof with everything freed', async () => {
  const manifest = testManifest({
    digests: asked('/same'),
    behaviour: (arm) => (arm === 'new' ? 'refuses' : 'plain'),
  });
  await assert.rejects(prove(manifest, OPTIONS), {
    code: 'MILLRACE_PROVE_ARM_DIED',
    message: /arm after.*no database at all/,
  });
  assert.equal(manifest.log.at(-1), 'close');
});

test('[PROVE-15] an arm that is lost in a round ends the rounds; those before it stay, and all is freed', async () => {
  for (const [behaviour, says] of [
    ['dies', /^arm after ended with exit code 7 during phase mix in round 3$/],
    ['refuses', /^arm after ended with exit code 3 during its start; its last output: no database at all$/],
  ] as const) {
    const manifest = testManifest({ behaviour: (_, round) => (round === 2 ? behaviour : 'plain') });
    const { outcome, rounds, rows, death } = await prove(manifest, OPTIONS);
    assert.deepEqual([outcome, rounds.map(({ index }) => index)], ['died', [0, 1]]);
    assert.deepEqual([death?.arm, death?.round, death?.code], ['new', 2, 'MILLRACE_PROVE_ARM_DIED']);
    assert.match(death?.message ?? '', says);
    assert.deepEqual(
      rows[0]?.arms.map(({ requests }) => requests),
      [1000, 1000],
    );
    assert.deepEqual(manifest.log.slice(-2), ['free new 2', 'close']);
  }
});

test('[PROVE-15] an arm that is lost in the first round leaves no figure, and what it said', async () => {
  const { outcome, rows, death } = await prove(testManifest({ behaviour: () => 'refuses' }), OPTIONS);
  assert.deepEqual([outcome, rows, death?.round], ['died', [], 0]);
  assert.match(death?.mend ?? '', /run its command by hand/);
  const searching = testManifest({ behaviour: () => 'refuses', capacity: [MIX_CAPACITY] });
  const { capacity } = await prove(searching, { ...OPTIONS, capacity: true });
  assert.deepEqual(
    capacity.map(({ id, arms }) => [id, arms.map(({ perSecond }) => perSecond.value)]),
    [['mix', [null, null]]],
    'a repetition knows that it was asked for',
  );
});

test('[PROVE-16] a round whose port is taken begins anew', async () => {
  let starts = 0;
  const manifest = testManifest({ behaviour: (_, round) => (round === 1 && starts++ === 0 ? 'taken' : 'plain') });
  const { outcome, rounds } = await prove(manifest, OPTIONS);
  assert.deepEqual([outcome, rounds.length, starts], ['complete', 4, 2]);
  assert.equal(manifest.log.filter((line) => line === 'free new 1').length, 2);
});

test('[PROVE-15] an arm that dies while a stream runs does not have to be waited for', async () => {
  const run = async ({ target }: LoadOptions<unknown>) => {
    const pid = Number(await (await fetch(`${target}/pid`)).text());
    process.kill(pid, 'SIGKILL');
    return new Promise<never>(() => {});
  };
  const manifest = testManifest();
  const { death } = await prove(manifest, { ...OPTIONS, run });
  assert.match(death?.message ?? '', /arm before ended with SIGKILL during phase mix in round 1/);
  assert.deepEqual(manifest.log.slice(-2), ['free old 0', 'close']);
});

test('[PROVE-31] counters that cannot be read end the proof with an error that says why', async () => {
  for (const [behaviour, says] of [
    ['miscounts', /the counter dbQueries is not a number/],
    ['countless', /status 404/],
  ] as const) {
    const manifest = testManifest({ behaviour: () => behaviour });
    await assert.rejects(prove(manifest, OPTIONS), { code: 'MILLRACE_PROVE_COUNTERS_UNREADABLE', message: says });
    assert.equal(manifest.log.at(-1), 'close');
  }
});

test('[PROVE-21] an error of prepare reaches the caller', async () => {
  const broken = { ...testManifest(), prepare: () => Promise.reject(new Error('no database')) };
  await assert.rejects(prove(broken, OPTIONS), /no database/);
});

test('[PROVE-26] a row takes the steps that it names, or all but those', async () => {
  const fast = stepOf(new Array(50).fill(1));
  const slow = stepOf(new Array(50).fill(9), { errors: { status: 5 } });
  const rows = [
    { id: 'only', phase: 'mix', stream: 'main', label: 'o', only: ['login'] },
    { id: 'except', phase: 'mix', stream: 'main', label: 'e', except: ['login'] },
    { id: 'all', phase: 'mix', stream: 'main', label: 'a' },
  ];
  const run = async () => resultOf(stepOf(new Array(100).fill(5)), { steps: { read: fast, login: slow } });
  const result = await prove(testManifest({ rows }), { ...OPTIONS, run });
  const seen = result.rows.map(({ id, arms: [before] }) => [
    id,
    before?.requests,
    before?.errors,
    before?.errorShare.value,
    before?.response.p50Ms.value,
  ]);
  assert.deepEqual(seen, [
    ['only', 100, 10, 0.1, 9],
    ['except', 100, 0, 0, 1],
    ['all', 200, 0, 0, 5],
  ]);
});

test('[PROVE-32] a quick refusal makes nothing faster, and what was never answered stays as a lower bound', async () => {
  const times = [...new Array(70).fill(2_000), ...new Array(20).fill(3), ...new Array(10).fill(5_000)];
  const refused = timesUs(new Array(20).fill(3_000));
  const mixed = stepOf(times, {
    errors: { status: 20, timeout: 10 },
    censored: 10,
    censoredFromUs: 5_000_000,
    refusedResponseTimeUs: refused,
    refusedServiceTimeUs: refused,
  });
  const { rows } = await prove(testManifest(), { ...OPTIONS, run: async () => resultOf(mixed) });
  const { requests, errors, response, service, grades } = (rows[0] as TableRow).arms[0] as ArmFigures;
  assert.deepEqual([requests, errors], [200, 60]);
  assert.ok((response.p50Ms.value ?? 0) >= 1_998 && (service.p50Ms.value ?? 0) >= 1_998);
  assert.equal(response.meanMs.bound, 'at-least');
  assert.deepEqual([grades?.excellent, grades?.failed], [0, 0.3]);
});

test('[PROVE-28] costs are what was counted during the streams, by answered request', async () => {
  const run = async () => resultOf(stepOf(new Array(10).fill(1)));
  const costs = [
    { id: 'cpu', label: 'cpu', counter: 'cpuUs', unit: 'ms' },
    { id: 'queries', label: 'queries', counter: 'dbQueries' },
    { id: 'share', label: 'share', counter: 'dbQueries', per: 'cpuUs', unit: 'share' },
    { id: 'absent', label: 'absent', counter: 'nothing' },
  ] as const;
  const result = await prove(testManifest({ costs }), { ...OPTIONS, run });
  assert.deepEqual(
    result.costs.map(({ id, arms: [before], ratios: [ratio] }) => [id, before?.value, before?.samples, ratio?.value]),
    [
      ['cpu', 0.1, 20, 1],
      ['queries', 0.1, 20, 1],
      ['share', 0.001, 2000, 1],
    ],
  );
});

test('[PROVE-28] an arm without counters has no costs', async () => {
  const manifest = testManifest();
  const plain = {
    ...manifest,
    prepare: async (context: Parameters<typeof manifest.prepare>[0]) => {
      const service = await manifest.prepare(context);
      const startRound: typeof service.startRound = async (arm, round) => {
        const { countersPath: _, ...process } = await service.startRound(arm, round);
        return process;
      };
      return { ...service, startRound };
    },
  };
  const result = await prove(plain, OPTIONS);
  assert.deepEqual([result.costs, result.rounds[0]?.phases[0]?.counted], [[], null]);
});

test('[PROVE-29] invalid measured runs are listed, invalid warm-ups are not', async () => {
  const [stream] = phaseOf('mix').streams;
  assert.ok(stream);
  let runs = 0;
  const reasons = [{ code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } }] as const;
  const run = async () => {
    runs++;
    const invalid = runs === 1 || runs === 4;
    return resultOf(stepOf([1]), {
      validity: invalid ? { verdict: 'invalid', reasons } : { verdict: 'valid', reasons: [] },
    });
  };
  const result = await prove(testManifest({ phases: [phaseOf('mix', { warmUp: [stream] })] }), { ...OPTIONS, run });
  assert.deepEqual(result.validity, {
    runs: 4,
    invalid: [{ round: 1, arm: 'new', phase: 'mix', stream: 'main', reasons }],
  });
});

test('[PROVE-34] an arm that did not come to rest makes the runs of its phase invalid', () => {
  const [stream] = [{ id: 'main', seed: 1, result: resultOf(stepOf([1])) }];
  const phase = (settleMs: number | null) => ({ id: 'mix', warmUp: [], streams: [stream], counted: null, settleMs });
  const round = (settleMs: number | null, interrupted = false) => {
    return { index: 0, block: 0, arm: 'old', readyMs: 1, phases: [phase(settleMs)], interrupted };
  };
  assert.deepEqual(validityOf([round(5), round(null, true)]).invalid, []);
  const [invalid] = validityOf([round(null)]).invalid;
  assert.deepEqual(invalid?.reasons, [{ code: 'unsettled', values: { seconds: 20, boundMs: 100 } }]);
});

test('[PROVE-33] arms that fail by different shares have no ratio', async () => {
  const failing = (failures: number) =>
    stepOf(new Array(200).fill(5), { errors: failures === 0 ? {} : { status: failures } });
  const ratiosFor = async (before: number, after: number) => {
    let runs = 0;
    const run = async () => resultOf(failing([before, after, after, before][runs++ % 4] ?? 0));
    return (await prove(testManifest(), { ...OPTIONS, run })).rows[0]?.ratios[0]?.p50Ms.value;
  };
  assert.equal(await ratiosFor(0, 0), 1);
  assert.equal(await ratiosFor(0, 2), 1);
  assert.equal(await ratiosFor(0, 3), null);
});

test('[PROVE-28] histograms of the arm are subtracted and pooled', async () => {
  const { subtractCounters } = await import('./counters.ts');
  const reading = (times: number[]) => ({
    counters: { dbQueries: times.length },
    histograms: { eventLoopDelayUs: timesUs(times) },
  });
  const delta = subtractCounters(reading([1, 2, 3, 500]), reading([1, 2]));
  assert.deepEqual([delta?.counters.dbQueries, delta?.histograms.eventLoopDelayUs?.count], [2, 2]);
  assert.equal(subtractCounters(null, null), null);
});
