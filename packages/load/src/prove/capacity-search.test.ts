import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Clock, systemClock } from 'millrace/core';
import type { ProofEvent } from './event.ts';
import type { CapacitySpec } from './manifest.ts';
import type { LoadRunner } from './phase-run.ts';
import {
  instantRunner,
  MIX_CAPACITY,
  phaseOf,
  resultOf,
  stepOf,
  type TestService,
  testArm,
  testManifest,
} from './proof-doubles.test.ts';
import { type ProveOptions, prove } from './prove.ts';

const STREAM = phaseOf('mix').streams[0] as NonNullable<ReturnType<typeof phaseOf>['streams'][0]>;
const LIMITS: Readonly<Record<string, number>> = { old: 45, new: 700 };

const SPEC: CapacitySpec = {
  ...MIX_CAPACITY,
  warmUp: [{ ...STREAM, id: 'warm' }],
  stream: (arrivals) => ({ ...MIX_CAPACITY.stream(arrivals), timeoutMs: 1_234 }),
};

/** One run of a search. */
interface Driven {
  readonly arm: string;
  readonly ratePerSecond: number;
  readonly seed: number;
  readonly timeoutMs: number | undefined;
}

/** Real arms, and a runner that answers for them: each holds its SLO up to its limit. */
function searched(service: TestService = {}) {
  const arms = new Map<string, string>();
  const driven: Driven[] = [];
  const started: [string, number][] = [];
  const manifest = testManifest({
    capacity: [SPEC],
    async startRound(arm, round) {
      const process = await testArm();
      arms.set(process.baseUrl, arm);
      started.push([arm, round]);
      return process;
    },
    ...service,
  });
  const run: LoadRunner = async (options) => {
    const { target, arrivals, seed, timeoutMs } = options;
    if (arrivals.kind !== 'constant' || timeoutMs !== 1_234) return instantRunner(options);
    const arm = arms.get(target) ?? '';
    if (arrivals.durationMs >= 4_000) driven.push({ arm, ratePerSecond: arrivals.ratePerSecond, seed, timeoutMs });
    const timeMs = arrivals.ratePerSecond <= (LIMITS[arm] ?? 0) ? 20 : 900;
    return resultOf(stepOf(new Array(1_000).fill(timeMs)));
  };
  const proving = (options: ProveOptions = {}) =>
    prove(manifest, { tier: 'quick', blocks: 1, capacity: true, run, ...options });
  return { proving, driven, started, manifest };
}

test('[PROVE-50] each arm is searched twice, in fresh processes after the rounds, each time in the opposite order', async () => {
  const { proving, started } = searched();
  const { capacity, outcome } = await proving();
  assert.equal(outcome, 'complete');
  assert.deepEqual(started.slice(-4), [
    ['old', 2],
    ['new', 3],
    ['new', 4],
    ['old', 5],
  ]);
  const [row] = capacity;
  assert.deepEqual([row?.id, row?.label, row?.slo], ['mix', 'the mix', { p99Ms: 200, errorShare: 0.001 }]);
  for (const { arm, perSecond, limitedBy } of row?.arms ?? []) {
    const limit = LIMITS[arm] ?? 0;
    assert.equal(limitedBy, 'slo');
    assert.ok((perSecond.value ?? 0) <= limit && (perSecond.value ?? 0) * 1.15 >= limit, `${arm}: ${perSecond.value}`);
    assert.deepEqual(perSecond.spread, { min: perSecond.value, max: perSecond.value });
  }
});

test('[PROVE-51] both arms of a repetition get the same seeds, repetitions get others', async () => {
  const { proving, driven } = searched();
  await proving();
  const firstSteps = driven.filter(
    ({ ratePerSecond }, i) => ratePerSecond === 320 && driven[i - 1]?.ratePerSecond !== 160,
  );
  assert.deepEqual(
    firstSteps.map(({ arm }) => arm),
    ['old', 'new', 'new', 'old'],
  );
  const [first, second, third, fourth] = firstSteps.map(({ seed }) => seed);
  assert.equal(first, second);
  assert.equal(third, fourth);
  assert.notEqual(first, third);
});

test('[PROVE-50] a result with capacities is what its schema says', async () => {
  const { proving } = searched();
  const schema = JSON.parse(
    await readFile(new URL('../../schemas/proof-result.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ strict: true }).compile(schema);
  assert.ok(validate(JSON.parse(JSON.stringify(await proving()))), JSON.stringify(validate.errors));
});

test('[PROVE-50] nobody asked for it: nothing is searched', async () => {
  const { proving, started } = searched();
  const { capacity } = await proving({ capacity: false });
  assert.deepEqual(capacity, []);
  assert.equal(started.length, 2);
});

test('[PROVE-50] the plan counts the searches, and each step is told', async () => {
  const events: ProofEvent[] = [];
  const { proving, driven } = searched();
  const onEvent = (event: ProofEvent): void => void events.push(event);
  const result = await proving({ onEvent });
  const without = await searched().proving({ capacity: false });
  assert.ok(result.plannedSeconds > without.plannedSeconds + 4 * 50);
  const plan = events.find((event) => event.kind === 'plan' && event.rounds !== undefined);
  assert.ok(plan?.kind === 'plan' && (plan.atMostSeconds ?? 0) > plan.totalSeconds);
  const starts = events.filter((event) => event.kind === 'stage' && event.phase === 'the mix');
  assert.deepEqual(
    starts.map((event) => event.kind === 'stage' && event.id),
    new Array(4).fill(['start', 'warm-up']).flat(),
  );
  const steps = events.filter((event) => event.kind === 'stage' && event.id === 'capacity');
  assert.equal(steps.length, driven.length);
  assert.deepEqual(steps[0], {
    kind: 'stage',
    id: 'capacity',
    plannedSeconds: 5.2,
    arm: 'before',
    phase: 'the mix · 320/s',
  });
});

test('[PROVE-62] rounds that take the time of all searches leave them unbegun, and that is said', async () => {
  let lateMs = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + lateMs };
  const { proving, started, driven } = searched();
  const run: LoadRunner = (options) => {
    lateMs += 3_600_000;
    return instantRunner(options);
  };
  const { capacity, rounds, outcome } = await proving({ run, clock });
  assert.deepEqual([outcome, rounds.length, started.length, driven.length], ['complete', 2, 2, 0]);
  const arms = capacity[0]?.arms.map(({ perSecond, limitedBy, death }) => [perSecond.value, limitedBy, death]);
  assert.deepEqual(arms, Array(2).fill([null, 'time', null]));
});

test('[PROVE-54] what cannot be searched is refused before anything runs', async () => {
  for (const [capacity, says] of [
    [[], /no `capacity` to search for/],
    [[SPEC, SPEC], /capacity mix twice/],
    [[{ ...SPEC, startPerSecond: 1 }], /capacity mix: startPerSecond is 1/],
  ] as const) {
    const { proving, started } = searched({ capacity });
    await assert.rejects(proving(), { code: 'MILLRACE_PROVE_MANIFEST_INVALID', message: says });
    assert.deepEqual(started, []);
  }
});

test('[PROVE-54] an ablation searches for no capacity', async () => {
  const { proving, started } = searched();
  await assert.rejects(proving({ ablate: 'all' }), { code: 'MILLRACE_PROVE_OPTION_INVALID' });
  assert.deepEqual(started, []);
});

test('[PROVE-55] a stop leaves the searches until then, and everything freed', async () => {
  const stop = new AbortController();
  const { proving, driven, started } = searched();
  const onEvent = (event: ProofEvent): void => {
    if (event.kind === 'stage' && event.id === 'capacity' && event.arm === 'after') stop.abort();
  };
  const { capacity, outcome } = await proving({ onEvent, signal: stop.signal });
  assert.equal(outcome, 'interrupted');
  assert.deepEqual(started.at(-1), ['new', 3]);
  assert.ok(driven.some(({ arm }) => arm === 'old'));
  const [old, fresh] = capacity[0]?.arms ?? [];
  assert.ok((old?.perSecond.value ?? 0) > 39);
  assert.equal(old?.perSecond.spread, null);
  assert.deepEqual([fresh?.perSecond.value, fresh?.limitedBy], [null, 'stopped']);
});

test('[PROVE-56] an arm that dies in a search ends that search alone: the rounds, its steps and the others stay', async () => {
  const dying = await testArm();
  const { proving } = searched({
    startRound: async (_, round) => (round === 3 ? dying : testArm()),
  });
  const run: LoadRunner = async (options) => {
    const { target, arrivals, signal, timeoutMs } = options;
    if (target !== dying.baseUrl || timeoutMs !== 1_234) return instantRunner(options);
    if (arrivals.kind === 'constant' && arrivals.ratePerSecond === 1_280) {
      const left = once(signal as AbortSignal, 'abort');
      await fetch(`${target}/dies`).catch(() => {});
      await left;
    }
    return instantRunner(options);
  };
  const { rows, rounds, capacity, outcome } = await proving({ run });
  assert.deepEqual([outcome, rounds.length, rows.length], ['complete', 2, 1]);
  const [old, fresh] = capacity[0]?.arms ?? [];
  assert.deepEqual([old?.perSecond.value, old?.limitedBy, old?.death], [5_000, 'range', null]);
  assert.match(fresh?.death ?? '', /arm after ended with exit code 7 during the search for the capacity of the mix/);
  assert.deepEqual(
    fresh?.steps.slice(0, 3).map(({ ratePerSecond }) => ratePerSecond),
    [320, 640, 320],
  );
  assert.deepEqual(fresh?.perSecond, {
    value: 640,
    spread: { min: 640, max: 5_000, minBound: 'at-least', maxBound: 'at-least' },
    bound: 'at-least',
  });
  assert.equal(fresh?.limitedBy, 'died');
});

test('[PROVE-56] an arm that does not start for a search is the same; what is no fault of an arm ends the proof', async () => {
  const refusing = searched({
    startRound: (_, round) => testArm(round === 2 || round === 5 ? { BEHAVIOUR: 'refuses' } : {}),
  });
  const { capacity, rounds } = await refusing.proving({ run: instantRunner });
  const [old, fresh] = capacity[0]?.arms ?? [];
  assert.equal(rounds.length, 2);
  assert.deepEqual([old?.perSecond.value, old?.limitedBy, fresh?.limitedBy], [null, 'died', 'range']);
  assert.match(
    old?.death ?? '',
    /arm before ended with exit code 3 during its start; its last output: no database at all/,
  );
  const failing: LoadRunner = async (options) => {
    if (options.timeoutMs === 1_234) throw new TypeError('no such step');
    return instantRunner(options);
  };
  await assert.rejects(searched().proving({ run: failing }), /no such step/);
});

test('[PROVE-16] a search whose port is taken begins anew on another; one that never gets its port names that', async (t) => {
  const stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  t.after(() => stranger.close());
  const { port } = stranger.address() as { port: number };
  const closed: number[] = [];
  let [tries, taken] = [0, 1];
  const { proving } = searched({
    async startRound(_, round) {
      const process = await testArm({}, async () => void closed.push(round));
      if (round !== 2) return process;
      return tries++ < taken ? { ...process, baseUrl: `http://127.0.0.1:${port}` } : process;
    },
  });
  const found = await proving({ run: instantRunner });
  assert.deepEqual(
    [tries, found.capacity[0]?.arms[0]?.limitedBy, found.capacity[0]?.arms[0]?.death],
    [2, 'range', null],
  );
  assert.equal(closed.filter((round) => round === 2).length, 2, 'what either start used is freed');
  [tries, taken] = [0, 9];
  const { capacity, rounds } = await proving({ run: instantRunner });
  assert.deepEqual([tries, rounds.length], [3, 2]);
  assert.match(capacity[0]?.arms[0]?.death ?? '', /^something already listens where arm before should/);
});
