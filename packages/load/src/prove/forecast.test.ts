import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { budgetFor } from './budget.ts';
import type { ProofEvent } from './event.ts';
import { createForecast } from './forecast.ts';
import { planRounds } from './plan.ts';
import { AFTER, BEFORE, instantRunner, phaseOf, testManifest } from './proof-doubles.test.ts';
import { prove } from './prove.ts';

const isAbout = (left: number, right: number): void => assert.ok(Math.abs(left - right) < 1e-9, `${left} ${right}`);

test('[PROVE-61] what the rounds took beside what they sent replaces the lines of the budget', async () => {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const planned = planRounds([{ arms: [BEFORE, AFTER], phases: [phaseOf('mix', { seconds: 5 })] }], 2);
  await clock.advance(3_000);
  const budget = budgetFor('quick', { start: 1, drain: 3 });
  const forecast = createForecast(budget, planned, { clock, startedAt, laterSeconds: 40 });
  isAbout(forecast.startSeconds + forecast.drainSeconds, 4);
  await clock.advance(5_800);
  isAbout(forecast.afterRound(), 3 + 5.8 + 3 * 5.8 + 40 + 0.3);
  isAbout(forecast.startSeconds, 0.2);
  isAbout(forecast.drainSeconds, 0.6);
  await clock.advance(6_200);
  isAbout(forecast.afterRound(), 3 + 12 + 2 * 6 + 40 + 0.3);
  isAbout(forecast.withLeft(7), 3 + 12 + 7 + 0.3);
});

test('[PROVE-61] what a manifest calls no time is still divided once it took some', async () => {
  const clock = createFakeClock();
  const planned = planRounds([{ arms: [BEFORE, AFTER], phases: [phaseOf('mix', { seconds: 5 })] }], 1);
  const budget = budgetFor('quick', { start: 0, drain: 0 });
  const forecast = createForecast(budget, planned, { clock, startedAt: clock.now(), laterSeconds: 0 });
  assert.deepEqual([forecast.startSeconds, forecast.drainSeconds], [0, 0]);
  await clock.advance(6_000);
  isAbout(forecast.afterRound(), 6 + 6 + 0.3);
  assert.deepEqual([forecast.startSeconds, forecast.drainSeconds], [0.5, 0.5]);
});

test('[PROVE-61] a proof tells its plan anew after each round', async () => {
  const plans: Extract<ProofEvent, { kind: 'plan' }>[] = [];
  const onEvent = (event: ProofEvent): void => void (event.kind === 'plan' && plans.push(event));
  const result = await prove(testManifest(), { tier: 'quick', run: instantRunner, onEvent, clock: createFakeClock() });
  assert.deepEqual(
    plans.map(({ rounds }) => rounds),
    [undefined, 4, ...new Array(4).fill(undefined)],
  );
  isAbout(plans[1]?.totalSeconds ?? 0, result.plannedSeconds - 1); // The preparation took no time, not the usual second.
  assert.ok((plans.at(-1)?.totalSeconds ?? 0) < result.plannedSeconds, 'nothing was sent here');
});
