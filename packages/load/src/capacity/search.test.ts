import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFakeClock, propertySeed } from 'millrace/testing';
import { type Capacity, type CapacityOptions, type CapacityStep, findCapacity, type StepPlan } from './search.ts';
import type { StepMeasurement } from './slo.ts';

const SLO = { p99Ms: 200, errorShare: 0.001 };
const RANGE = { slo: SLO, startPerSecond: 20, maxPerSecond: 20_000 };

const MET: StepMeasurement = {
  achievedRatio: 1,
  p99: { kind: 'value', us: 20_000 },
  errorShare: 0,
  valid: true,
  settled: true,
};
const MISSED: StepMeasurement = { ...MET, p99: { kind: 'at-least', us: 900_000 } };
const LATE: StepMeasurement = { ...MISSED, valid: false };

type Service = (plan: StepPlan) => StepMeasurement;

/** Holds its SLO up to `limit` requests a second. */
const upTo =
  (limit: number): Service =>
  ({ ratePerSecond }) =>
    ratePerSecond <= limit ? MET : MISSED;

const search = (service: Service, options: Partial<CapacityOptions> = {}): Promise<Capacity> =>
  findCapacity({ ...RANGE, runStep: async (plan) => service(plan), ...options });

const ratesOf = ({ steps }: Capacity): number[] => steps.map(({ ratePerSecond }) => ratePerSecond);

/** The rate and the outcome of each rate's last run. */
function decided({ steps }: Capacity): Map<number, string> {
  return new Map(steps.map(({ ratePerSecond, outcome }) => [ratePerSecond, outcome]));
}

const limits = fc.double({ min: 20, max: 19_999, noNaN: true });
const stepShares = fc.double({ min: 0.02, max: 0.5, noNaN: true });

test('[CAP-1] every step of a search is long enough for its P99', async () => {
  const planned: StepPlan[] = [];
  await search((plan) => {
    planned.push(plan);
    return upTo(700)(plan);
  });
  assert.ok(planned.length > 5);
  for (const { ratePerSecond, durationMs } of planned) {
    assert.ok(ratePerSecond * durationMs >= 1_000_000, `${ratePerSecond}/s for ${durationMs} ms`);
    assert.ok(durationMs >= 4_000);
  }
});

test('[CAP-10] the rate doubles until a step is not met, [CAP-11] then the distance is halved', async () => {
  const found = await search(upTo(700), { startPerSecond: 50, maxPerSecond: 5_000 });
  assert.deepEqual(ratesOf(found), [400, 800, 800, 566, 673, 734, 734]);
  assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [673, 'exact', 'slo']);
});

test('[CAP-20] a slow service is leapt over and gone back to, and a run that was not met there does not count', async () => {
  const slow = await search(upTo(45), { stepShare: 1 });
  assert.deepEqual(ratesOf(slow), [320, 80, 20, 40, 80, 80]);
  assert.deepEqual([slow.perSecond, slow.bound, slow.limitedBy], [40, 'exact', 'slo']);
  const between = await search(upTo(300), { stepShare: 1 });
  assert.deepEqual(ratesOf(between), [320, 80, 160, 320, 320]);
});

test('[CAP-20] chance at the leap costs a step, not the search', async () => {
  const [MISS, SPOILT] = [MISSED, LATE].map(
    (measured): Service =>
      (plan) =>
        plan.index === 0 ? measured : MET,
  );
  for (const service of [MISS, SPOILT] as Service[]) {
    const found = await search(service, { maxPerSecond: 640 });
    assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [640, 'at-least', 'range']);
  }
  const missed = await search(MISS as Service, { maxPerSecond: 640 });
  assert.deepEqual(ratesOf(missed), [320, 80, 160, 320, 640]);
});

test('[CAP-11] met and not met are neighbours in the end, [CAP-13] and the limit lies between them', async () => {
  const property = fc.asyncProperty(limits, stepShares, async (limit, stepShare) => {
    const found = await search(upTo(limit), { stepShare, maxSteps: 1_000, limitMs: 86_400_000 });
    const perSecond = found.perSecond ?? 0;
    assert.equal(found.bound, 'exact');
    assert.ok(perSecond <= limit && limit < perSecond * (1 + stepShare), `${perSecond} for ${limit}`);
    const missed = found.steps.filter(({ outcome }) => outcome === 'missed').map((step) => step.ratePerSecond);
    assert.ok(Math.min(...missed) <= perSecond * (1 + stepShare));
  });
  await fc.assert(property, propertySeed());
});

test('[CAP-12] noise that spoils no rate twice in a row changes nothing, [CAP-13] within 15 % of the limit', async () => {
  const noise = fc.infiniteStream(fc.constantFrom('quiet', 'missed', 'generator'));
  const property = fc.asyncProperty(limits, noise, async (limit, stream) => {
    const spoilt = new Set<number>();
    const noisy: Service = (plan) => {
      const mood = stream.next().value;
      const measured = upTo(limit)(plan);
      if (measured === MISSED || mood === 'quiet' || spoilt.has(plan.ratePerSecond)) return measured;
      spoilt.add(plan.ratePerSecond);
      return mood === 'missed' ? MISSED : LATE;
    };
    const found = await search(noisy, { maxSteps: 1_000, limitMs: 86_400_000 });
    assert.equal(found.perSecond, (await search(upTo(limit))).perSecond);
    assert.ok((found.perSecond ?? 0) <= limit && limit < (found.perSecond ?? 0) * 1.15);
  });
  await fc.assert(property, propertySeed());
});

test('[CAP-13] a queue that grows by the excess alone: found within stepShare, above by no more than half of it', async () => {
  const slos = fc.record({ p99Ms: fc.double({ min: 1, max: 4_000, noNaN: true }), errorShare: fc.constant(0.001) });
  const property = fc.asyncProperty(limits, slos, stepShares, async (limit, slo, stepShare) => {
    // A fluid: what comes in beyond the limit waits, and the P99 is the wait of whom 99 % came before.
    const fluid: Service = ({ ratePerSecond, durationMs }) => {
      const waitMs = Math.max(0, ratePerSecond / limit - 1) * 0.99 * durationMs;
      return { ...MET, p99: { kind: 'value', us: waitMs * 1_000 } };
    };
    const found = await search(fluid, { slo, stepShare, maxStepMs: 600_000, limitMs: 86_400_000 });
    const { perSecond, bound, limitedBy } = found;
    if (limitedBy === 'range') return;
    assert.deepEqual([bound, limitedBy], ['exact', 'slo']);
    const [low, high] = [limit / (1 + stepShare), limit * (1 + stepShare / 2)];
    assert.ok(
      (perSecond ?? 0) >= low * (1 - 1e-9) && (perSecond ?? 0) <= high * (1 + 1e-9),
      `${perSecond} of ${limit}`,
    );
  });
  await fc.assert(property, propertySeed());
});

test('[CAP-12] after a miss two of three decide, and a spoilt run does not count', async () => {
  const answers = [MISSED, LATE, MET, MET, LATE, MISSED, MET, MISSED];
  const found = await search(({ index }) => answers[index] ?? MET, {
    startPerSecond: 400,
    maxPerSecond: 1_600,
    stepShare: 1,
  });
  assert.deepEqual(
    found.steps.map(({ ratePerSecond, outcome }) => [ratePerSecond, outcome]),
    [
      [400, 'missed'],
      [400, 'generator'],
      [400, 'met'],
      [400, 'met'],
      [800, 'generator'],
      [800, 'missed'],
      [800, 'met'],
      [800, 'missed'],
    ],
  );
  assert.deepEqual([found.perSecond, found.limitedBy], [400, 'slo']);
});

test('[CAP-12] a rate that the generator spoils twice is unknown, though it was missed between', async () => {
  const answers = [MET, LATE, MISSED, LATE];
  const found = await search(({ index }) => answers[index] ?? MET, {
    startPerSecond: 400,
    maxPerSecond: 800,
    stepShare: 1,
  });
  assert.equal(found.steps.length, 4);
  assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [400, 'at-least', 'generator']);
});

test('[CAP-14] a service of any shape: a rate that was met, with a confirmed limit next to it', async () => {
  const gaps = fc.array(fc.tuple(limits, limits), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(gaps, fc.boolean(), async (pairs, byGenerator) => {
    const isIn = (rate: number): boolean => pairs.some(([a, b]) => rate >= Math.min(a, b) && rate <= Math.max(a, b));
    const found = await search(({ ratePerSecond }) => (isIn(ratePerSecond) ? (byGenerator ? LATE : MISSED) : MET), {
      maxSteps: 1_000,
    });
    const outcomes = [...decided(found)];
    const met = outcomes.filter(([, outcome]) => outcome === 'met').map(([rate]) => rate);
    const notMet = outcomes.filter(([, outcome]) => outcome !== 'met').map(([rate]) => rate);
    assert.equal(found.perSecond, met.length === 0 && byGenerator ? null : Math.max(0, ...met));
    for (const rate of notMet) assert.ok(rate > (found.perSecond ?? 0));
    if (met.length > 0 && found.limitedBy !== 'range') {
      assert.ok(Math.min(...notMet) <= (found.perSecond ?? 0) * 1.15);
    }
  });
  await fc.assert(property, propertySeed());
});

test('[CAP-15] never met is 0, exactly; met everywhere is at least the highest rate', async () => {
  const never = await search(() => MISSED);
  assert.deepEqual(
    [never.perSecond, never.bound, never.limitedBy, ratesOf(never)],
    [0, 'exact', 'slo', [320, 80, 20, 20]],
  );
  const always = await search(() => MET, { startPerSecond: 100, maxPerSecond: 500 });
  assert.deepEqual([always.perSecond, always.bound, always.limitedBy], [500, 'at-least', 'range']);
  assert.deepEqual(ratesOf(always), [400, 500]);
});

test('[CAP-16] a generator at its limit: at least what was met below it', async () => {
  const found = await search(({ ratePerSecond }) => (ratePerSecond > 1_000 ? LATE : MET));
  assert.deepEqual([found.bound, found.limitedBy], ['at-least', 'generator']);
  assert.ok((found.perSecond ?? 0) <= 1_000 && (found.perSecond ?? 0) * 1.15 >= 1_000);
  const atOnce = await search(() => LATE);
  assert.deepEqual([atOnce.perSecond, atOnce.bound, atOnce.limitedBy], [null, 'at-least', 'generator']);
});

test('[CAP-16] a generator that fails far above the limit of the service hides it not', async () => {
  const found = await search(({ ratePerSecond: rate }) => (rate > 1_200 ? LATE : rate > 700 ? MISSED : MET));
  assert.deepEqual([found.bound, found.limitedBy], ['exact', 'slo']);
  assert.ok((found.perSecond ?? 0) <= 700 && (found.perSecond ?? 0) * 1.15 >= 700);
});

test('[CAP-17] steps are bounded: what is known until then, as a lower bound', async () => {
  for (const [maxSteps, perSecond] of [
    [1, 320],
    [2, 640],
    [3, 640],
    [5, 905],
  ] as const) {
    const found = await search(upTo(1_000), { maxSteps, startPerSecond: 20 });
    assert.equal(found.steps.length, maxSteps);
    assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [perSecond, 'at-least', 'steps']);
  }
});

test('[CAP-17] a limit that was not confirmed before the end is no limit, and nothing is known without a met step', async () => {
  const found = await search(() => MISSED, { maxSteps: 1 });
  assert.deepEqual([found.perSecond, found.bound, found.limitedBy, found.steps.length], [null, 'at-least', 'steps', 1]);
});

test('[CAP-17] time is bounded: no step begins that would end too late', async () => {
  const clock = createFakeClock();
  const runStep = async (plan: StepPlan): Promise<StepMeasurement> => {
    await clock.advance(plan.durationMs + 1_000);
    return upTo(5_000)(plan);
  };
  const found = await findCapacity({ ...RANGE, runStep, clock, limitMs: 20_000 });
  assert.deepEqual(ratesOf(found), [320, 640, 1_280, 2_560]);
  assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [2_560, 'at-least', 'time']);
  assert.ok(clock.now() <= 20_000);
});

test('[CAP-17] a stop discards the step that it cut short', async () => {
  const stop = new AbortController();
  const service: Service = (plan) => {
    if (plan.ratePerSecond === 2_560) stop.abort();
    return MET;
  };
  const found = await search(service, { signal: stop.signal });
  assert.deepEqual(ratesOf(found), [320, 640, 1_280]);
  assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [1_280, 'at-least', 'stopped']);
});

test('[CAP-17] a service that does not settle is not asked for more', async () => {
  const found = await search((plan) => (plan.ratePerSecond < 3_000 ? MET : { ...MISSED, settled: false }));
  assert.deepEqual(ratesOf(found), [320, 640, 1_280, 2_560, 5_120]);
  assert.deepEqual([found.perSecond, found.bound, found.limitedBy], [2_560, 'at-least', 'unsettled']);
});

test('[CAP-18] the same outcomes give the same steps, and all of them are in the result', async () => {
  const asked: StepPlan[] = [];
  const service: Service = (plan) => {
    asked.push(plan);
    return plan.index % 3 === 1 ? MISSED : upTo(900)(plan);
  };
  const first = await search(service);
  const second = await search(service);
  assert.deepEqual(first, second);
  assert.deepEqual(
    asked.slice(0, asked.length / 2).map(({ index, ratePerSecond }) => [index, ratePerSecond]),
    first.steps.map(({ ratePerSecond }, index) => [index, ratePerSecond]),
  );
});

test('[CAP-18] each step is told as it is judged, but for one that a stop cut short', async () => {
  const stop = new AbortController();
  const told: CapacityStep[] = [];
  const service: Service = (plan) => {
    if (plan.index === 3) stop.abort();
    return upTo(30)(plan);
  };
  const found = await search(service, { signal: stop.signal, onStep: (step) => told.push(step) });
  assert.equal(told.length, 3);
  assert.deepEqual(told, found.steps);
});

test('[CAP-17] a stop before the first step, and one in the very last, are stops', async () => {
  const before = await search(() => MET, { signal: AbortSignal.abort() });
  assert.deepEqual([before.perSecond, before.limitedBy, before.steps], [null, 'stopped', []]);
  const stop = new AbortController();
  const service: Service = ({ ratePerSecond }) => {
    if (ratePerSecond === 800) stop.abort();
    return MET;
  };
  const last = await search(service, { startPerSecond: 400, maxPerSecond: 800, signal: stop.signal });
  assert.deepEqual([last.perSecond, last.limitedBy], [400, 'stopped']);
});

test('[CAP-18] a step says what was measured', async () => {
  const measured = {
    ...MET,
    achievedRatio: 0.995,
    p99: { kind: 'too-few', samples: 9, needed: 1_000 },
    errorShare: 0.5,
  } as const;
  const { steps } = await search(() => measured, { maxSteps: 1 });
  assert.deepEqual(steps, [
    { ratePerSecond: 320, achievedPerSecond: 318.4, p99Ms: null, errorShare: 0.5, outcome: 'missed' },
  ]);
});

test('[CAP-19] options out of range are refused, and a first rate without samples enough', async () => {
  for (const [options, says] of [
    [{ startPerSecond: 10 }, /startPerSecond is 10, allowed: 16.667 to/],
    [{ startPerSecond: 0 }, /startPerSecond/],
    [{ maxPerSecond: 19 }, /maxPerSecond is 19, allowed: 20 to/],
    [{ stepShare: 0.01 }, /stepShare/],
    [{ minStepMs: 99 }, /minStepMs/],
    [{ minStepMs: 5_000, maxStepMs: 4_000 }, /maxStepMs/],
    [{ slo: { p99Ms: 5_000, errorShare: 0 } }, /maxStepMs is 60,?000, allowed: 67,341 to/],
    [{ stepShare: 0.02, maxStepMs: 20_000, startPerSecond: 100 }, /maxStepMs is 20,?000, allowed: 20,203 to/],
    [{ maxSteps: 1.5 }, /maxSteps/],
    [{ limitMs: Number.NaN }, /limitMs/],
    [{ slo: { p99Ms: 0, errorShare: 0 } }, /slo\.p99Ms/],
    [{ slo: { p99Ms: 200, errorShare: 1.1 } }, /slo\.errorShare/],
  ] as const) {
    await assert.rejects(
      search(() => MET, options),
      { code: 'MILLRACE_LOAD_OPTION_INVALID', message: says },
    );
  }
});

test('[CAP-17] what a step rejects with reaches the caller', async () => {
  const runStep = async (): Promise<StepMeasurement> => Promise.reject(new Error('the arm died'));
  await assert.rejects(findCapacity({ ...RANGE, runStep }), /the arm died/);
});
