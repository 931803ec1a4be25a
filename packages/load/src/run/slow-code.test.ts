import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario, Step } from '../scenario/index.ts';
import { startService } from './local-service.test.ts';
import { runClosed } from './run-closed.ts';
import { runLoad } from './run-load.ts';

/** Holds the thread, as code that counts for long does. */
function hold(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function stepOf(name: string, more: Partial<Step<unknown>>): Step<unknown> {
  return { name, weight: 1, build: () => ({ method: 'GET', path: '/' }), ...more };
}

test('[LOAD-85] a step whose code is slow is named, whether it builds or reads', async () => {
  await using server = await startService((_, response) => response.end('ok'));
  const steps = [
    stepOf('builds', {
      build: () => {
        hold(2);
        return { method: 'GET', path: '/' };
      },
    }),
    stepOf('reads', { onAnswer: () => hold(6) }),
  ];
  const scenario: Scenario = { name: 'slow', users: 1, createUser: () => undefined, steps };
  const arrivals = { kind: 'constant', ratePerSecond: 200, durationMs: 1_500 } as const;
  const { remarks } = await runLoad({ target: server.url, scenario, arrivals, seed: 1 });
  const slow = remarks.flatMap((remark) => (remark.code === 'slow-code' ? [remark.values] : []));
  const told = slow.map(({ step, boundMs }) => [step, boundMs]);
  assert.deepEqual(told.toSorted(), [
    ['builds', 1],
    ['reads', 1],
  ]);
  for (const { ms } of slow) assert.ok(ms > 1, `${ms}`);
});

test('[LOAD-85] a step that only reads slowly is named where building and reading alternate', async () => {
  await using server = await startService((_, response) => response.end('ok'));
  const steps = [stepOf('reads', { onAnswer: () => hold(3) })];
  const scenario: Scenario = { name: 'slow', users: 1, createUser: () => undefined, steps };
  const { remarks } = await runClosed({
    ...{ target: server.url, scenario, seed: 1 },
    ...{ maxConnections: 1, durationMs: 10_000, requests: 100 },
  });
  assert.deepEqual(
    remarks.map(({ code, values }) => [code, 'step' in values && values.step]),
    [['slow-code', 'reads']],
  );
});
