import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario } from '../scenario/index.ts';
import { setupOf } from './load-setup.ts';
import { RunMemory } from './run-memory.ts';
import { rowsOf, toLoadResult } from './run-result.ts';
import { runVirtually } from './virtual-run.test.ts';

const WORD = `hun${'ter2'}`;

test('[SECRET-2] why a request could not be sent is told without what lets somebody in, whoever says it', async () => {
  const scenario: Scenario = {
    name: 'one',
    users: 1,
    createUser: () => undefined,
    steps: [
      {
        name: 'read',
        weight: 1,
        build: () => {
          throw new Error(`no user in\n{"token":"${WORD}"}\u001b`);
        },
      },
    ],
  };
  const arrivals = { kind: 'constant', ratePerSecond: 1, durationMs: 3_000 } as const;
  const { result } = await runVirtually({ scenario, arrivals, serve: () => ({ afterMs: 1 }) });
  assert.deepEqual(result.validity.reasons, [
    { code: 'cannot-send', values: { count: 3, bound: 0, cause: 'step read: no user in {"token":"***"} ' } },
  ]);
});

test('[SECRET-2] why a thread was lost is told likewise', () => {
  const memories = [new RunMemory(1_000)];
  const lost = { interrupted: false, drainMs: 0, workersLost: [`GET /a?token=${WORD} failed`] };
  const { validity } = toLoadResult(
    {
      ...{ scenario: 'one', target: 'http://virtual', seed: 1, startedAt: '2026-01-01T00:00:00.000Z' },
      setup: setupOf({
        ...{ options: {}, users: 1, pacing: 'eco', workers: 1 },
        model: { kind: 'constant', ratePerSecond: 1, durationMs: 1_000 },
      }),
      arrivals: { kind: 'constant', poisson: false, durationMs: 1_000, targetPerSecond: 1 },
    },
    memories,
    rowsOf(memories),
    lost,
  );
  const reason = validity.reasons.find(({ code }) => code === 'worker-lost');
  assert.deepEqual(reason?.values, { count: 1, bound: 0, cause: 'GET /a?token=*** failed' });
});
