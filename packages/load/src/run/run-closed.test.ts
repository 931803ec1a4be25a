import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { defineScenario } from '../scenario/index.ts';
import type { LoadProgress } from './load-run.ts';
import { startService } from './local-service.test.ts';
import { ClosedLoops, runClosed } from './run-closed.ts';

const scenario = defineScenario({
  ...{ name: 'one', users: 1, createUser: () => ({}) },
  steps: [{ name: 'one', weight: 1, build: () => ({ method: 'GET', path: '/' }) as const }],
});

test('[LOAD-95] a closed run of so many requests ends with the last of them, and says how long that took', async () => {
  await using server = await startService((_request, response) => void response.end('ok'));
  const common = { target: server.url, scenario, seed: 1, durationMs: 60_000 };
  for (const [requests, maxConnections] of [
    [37, 4],
    [3, 8],
  ] as const) {
    const { total, arrivals, interrupted, generator } = await runClosed({ ...common, requests, maxConnections });
    assert.deepEqual([arrivals.planned, total.ok, interrupted], [requests, requests, false]);
    assert.ok(arrivals.durationMs <= generator.elapsedMs && arrivals.durationMs < 60_000, `${arrivals.durationMs}`);
  }
  await assert.rejects(runClosed({ ...common, requests: 0 }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});

test('[LOAD-97] a closed run says its loops, and its bounds', async () => {
  await using server = await startService((_request, response) => void response.end('ok'));
  const common = { target: server.url, scenario, seed: 1, durationMs: 60_000 };
  const { setup } = await runClosed({ ...common, requests: 9, maxConnections: 4, engine: 'compat', timeoutMs: 800 });
  assert.deepEqual(setup, {
    ...{ model: 'closed', users: 1, connections: 4, engine: 'compat', pacing: 'eco', workers: 1, timeoutMs: 800 },
    shape: { durationMs: 60_000, requests: 9 },
  });
});

test('[LOAD-95] a share to which no request falls is done at once', async () => {
  const loops = new ClosedLoops({ clock: createFakeClock(), loops: 4, durationMs: 60_000, requests: 0, startAt: 0 });
  let done = 0;
  loops.start(
    () => assert.fail('sent'),
    () => done++,
  );
  assert.equal(done, 1);
  loops.stop();
});

test('[LOAD-73] who asks gets the figures until then', async () => {
  await using server = await startService((_request, response) => void response.writeHead(503).end());
  const seen: [LoadProgress, number | undefined][] = [];
  const { total } = await runClosed({
    ...{ target: server.url, scenario, seed: 1, durationMs: 700, maxConnections: 2 },
    onProgress: (progress) => seen.push([progress, progress.total?.().errors.status ?? 0]),
  });
  assert.ok(seen.length >= 1);
  for (const [{ completed, errors }, status] of seen) assert.deepEqual([status, completed], [errors, errors]);
  assert.ok((seen.at(-1)?.[1] ?? 0) <= (total.errors.status ?? 0));
});
