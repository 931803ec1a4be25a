import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BUDGETS,
  budgetFor,
  type PhaseSpec,
  plannedSeconds,
  planRounds,
  type RowSpec,
  type Tier,
} from '@millrace/load/prove';
import { proof } from '../../prove.ts';
import { SWITCHES } from '../switches.ts';
import { PROOF_USERS, shareUsers } from './part.ts';
import { proofPhases } from './phases.ts';
import { createTraderPool } from './trader.ts';

const owners = Array.from({ length: PROOF_USERS }, (_, i) => {
  return { userId: i + 1, strategyIds: [i + 1], keyIds: [i + 1, i + 1001], projectIds: [i + 1] };
});
const users = shareUsers(createTraderPool({ seed: 1, tokenSecret: 'x'.repeat(32), owners }));

/** What a tier runs when nobody chooses. */
function planOf(tier: Tier) {
  const { phases, rows } = proofPhases({ users, tier });
  const scenarios = proof.defaultScenarios?.[tier] ?? proof.scenarios ?? [];
  const chosen = phases.filter(({ scenario = '' }) => scenarios.includes(scenario));
  const arms = proof.arms.filter(({ tiers }) => tiers?.includes(tier) ?? true);
  const rounds = planRounds([{ arms, phases: chosen }], BUDGETS[tier].blocks);
  return { arms, rounds, phases: chosen, rows: rows.filter((row) => chosen.some(({ id }) => id === row.phase)) };
}

test('[PROOF-1] quick within 80 s and the main job below 180 s, by the plan', () => {
  const planned = (tier: Tier): number => plannedSeconds(budgetFor(tier, proof.overheads?.[tier]), planOf(tier).rounds);
  assert.ok(planned('quick') <= 80 + 1e-6, `quick: ${planned('quick')} s`);
  assert.ok(planned('main') < 180, `main: ${planned('main')} s`);
  assert.ok(planned('full') < BUDGETS.full.limitSeconds, `full: ${planned('full')} s`);
  assert.deepEqual(
    planOf('quick').arms.map(({ id }) => id),
    ['origin', 'optimised'],
  );
  assert.equal(planOf('main').rounds.length, 9);
});

test('[PROOF-17] the arm with Redis is for full alone, or for nobody where there is none, and is not the last', () => {
  const redis = proof.arms.find(({ id }) => id === 'redis');
  assert.deepEqual(redis?.tiers, ['full']);
  assert.equal(proof.arms.at(-1)?.id, 'optimised');
  assert.ok(redis.unavailable === undefined || Object.values(redis.unavailable).every((why) => why !== ''));
});

test('[PROOF-20] the arm with argon2id is for full alone, and has the rows that show logins', () => {
  const ids = planOf('full').arms.map(({ id }) => id);
  assert.deepEqual(ids.slice(-2), ['argon2id', 'optimised']);
  for (const tier of ['quick', 'main'] as const) {
    assert.ok(planOf(tier).arms.every(({ id }) => id !== 'argon2id'));
  }
  const rows = planOf('full').rows.map(({ id }) => id);
  for (const row of ['mix.login', 'burst.login']) assert.ok(rows.includes(row), row);
});

/** Requests that a row plans for one arm. */
function plannedSamples(
  { only, except, phase: phaseId, stream: streamId }: RowSpec,
  phases: readonly PhaseSpec[],
  runs: number,
) {
  const phase = phases.find(({ id }) => id === phaseId);
  const stream = phase?.streams.find(({ id }) => id === streamId);
  assert.ok(phase && stream && stream.arrivals.kind === 'constant');
  const { steps } = stream.scenario as { steps: readonly { name: string; weight: number }[] };
  const weigh = (some: typeof steps): number => some.reduce((sum, { weight }) => sum + weight, 0);
  const own = steps.filter(({ name }) => (only?.includes(name) ?? true) && !except?.includes(name));
  const { ratePerSecond, durationMs } = stream.arrivals;
  return (runs * ratePerSecond * durationMs * weigh(own)) / weigh(steps) / 1000;
}

test('[PROOF-2] each row has the samples of a P95 in each tier', () => {
  // A login costs 174 ms of a core, so that 200 of them would be all that a proof does; so would 200 exports. The row
  // beside the probes shows that there was load, not how fast it was answered.
  const few = ['mix.login', 'burst.login', 'export', 'freshness'];
  for (const tier of ['quick', 'main', 'full'] as const) {
    const { rows, phases, rounds, arms } = planOf(tier);
    for (const row of rows.filter(({ id }) => !few.includes(id))) {
      const runs = rounds.filter((round) => round.phases.some(({ id }) => id === row.phase)).length / arms.length;
      const samples = plannedSamples(row, phases, runs);
      assert.ok(samples >= 200, `${tier}, ${row.id}: ${samples}`);
    }
  }
});

test('[PROOF-3] every switch has an ablation in a scenario that has its row', () => {
  const { phases, rows } = proofPhases({ users, tier: 'main' });
  assert.deepEqual(
    proof.ablations?.map(({ id }) => id),
    SWITCHES.map(({ id }) => id),
  );
  for (const { id, row, scenario } of proof.ablations ?? []) {
    const phase = rows.find((each) => each.id === row)?.phase;
    assert.equal(phases.find((each) => each.id === phase)?.scenario, scenario, id);
  }
});

test('[PROOF-4] traders, users of the API mix and probes are different people', () => {
  const idsOf = ({ size, create }: (typeof users)['api']) => Array.from({ length: size }, (_, i) => create(i).userId);
  const all = [users.traders, users.api, users.probes].flatMap(idsOf);
  assert.equal(new Set(all).size, PROOF_USERS);
});

test('[PROOF-12] every phase, each of several streams and every row has a name in both languages', () => {
  const { phases, rows } = proofPhases({ users, tier: 'full' });
  const streams = phases.flatMap((phase) => (phase.streams.length > 1 ? phase.streams : []));
  assert.ok(streams.length >= 6);
  for (const { id, label } of [...phases, ...streams, ...rows]) {
    assert.ok(typeof label === 'object', id);
    assert.match(label['zh-CN'], /\p{Script=Han}/u);
    assert.doesNotMatch(label.en, /\p{Script=Han}/u);
  }
});
