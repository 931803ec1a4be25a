import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { startSmallService, writeScenario } from './fixtures.test.ts';
import { runLoadInWorkers } from './run-load-in-workers.ts';

const FLOWS = new URL('../flow/index.ts', import.meta.url).href;

/** Eight users that read what the setup gave, and note in which thread it ran. */
const SCENARIO = `
  import { defineScenario } from ${JSON.stringify(FLOWS)};
  import { isMainThread } from 'node:worker_threads';
  export default defineScenario({
    name: 'flows', users: 8,
    setup: async ({ http }) => ({ path: '/from-setup', inMain: isMainThread, status: (await http.get('/setup')).status }),
    flows: [{ name: 'browse', run: async (user) => {
      await user.get(user.shared.path, { name: 'read' });
      user.check('setup ran in the main thread', user.shared.inMain);
      if (user.index === 5) throw new Error('five');
      await user.group('twice', () => user.get('/again', { name: 'again' }));
    } }],
  });`;

test('[WORKER-8] flows of all workers add up; setup runs once, for all of them', async () => {
  await using service = await startSmallService();
  using file = writeScenario(SCENARIO);
  const model = { kind: 'constant', ratePerSecond: 100, durationMs: 400 } as const;
  const result = await runLoadInWorkers({ target: service.url, source: file.source, model, seed: 1, workers: 2 });
  const { total, flows, groups, checks, steps, arrivals, generator } = result;
  const browse = flows?.browse;
  const five = browse?.failed ?? 0;
  assert.deepEqual([generator.workers, arrivals.planned, browse?.planned, total.ok], [2, 40, 40, 80 - five]);
  assert.deepEqual([browse?.ok, browse?.responseTimeUs.count, groups?.twice?.ok], [40 - five, 40, 40 - five]);
  assert.ok(five > 0);
  assert.deepEqual(browse?.reasons, [{ reason: 'Error: five', count: five }]);
  assert.deepEqual(checks, [{ name: 'setup ran in the main thread', passed: 40, failed: 0 }]);
  assert.deepEqual([steps.read?.ok, steps.again?.ok], [40, 40 - five]);
  assert.equal(service.paths.filter((path) => path === '/setup').length, 1);
});

test('[WORKER-7] in a closed run of flows every user has a loop, however few the connections', async () => {
  await using service = await startSmallService();
  using file = writeScenario(`
    import { defineScenario } from ${JSON.stringify(FLOWS)};
    export default defineScenario({
      name: 'flows', users: 8,
      flows: [{ name: 'browse', run: async (user) => {
        await user.get('/' + user.index, { name: 'read' });
        await user.think(300);
      } }],
    });`);
  const model = { kind: 'closed', durationMs: 200 } as const;
  const options = { target: service.url, source: file.source, model, seed: 1, workers: 2, maxConnections: 2 };
  await runLoadInWorkers(options);
  assert.equal(new Set(service.paths).size, 8);
});

/** Eight users that check in whose thread they are; the second worker ends amid its 100th arrival, after two of 2.5 s. */
const LOST = `
  import { defineScenario } from ${JSON.stringify(FLOWS)};
  import { workerData } from 'node:worker_threads';
  let run = 0;
  export default defineScenario({
    name: 'flows', users: 8,
    flows: [{ name: 'browse', run: async (user) => {
      const { index } = workerData.share;
      user.check('in ' + index, index === 0);
      if (index === 1 && ++run === 100) setTimeout(() => { throw new Error('crashed'); });
      if (run % 2 === 1) throw new Error('odd');
      await user.get('/', { name: 'read' });
    } }],
  });`;

test('[WORKER-11] what a lost worker said in words stays up to its last second, and the result says what is missing', async () => {
  await using service = await startSmallService();
  using file = writeScenario(LOST);
  const lives: LoadResult[] = [];
  const { checks, flows, remarks, validity } = await runLoadInWorkers({
    ...{ target: service.url, source: file.source, seed: 1, workers: 2 },
    model: { kind: 'constant', ratePerSecond: 100, durationMs: 2_500 },
    onProgress: ({ live }) => lives.push(...(live === undefined ? [] : [live()])),
  });
  const [first, second] = checks?.toSorted((one, other) => one.name.localeCompare(other.name)) ?? [];
  assert.deepEqual(first, { name: 'in 0', passed: 125, failed: 0 });
  assert.equal(second?.name, 'in 1');
  assert.ok(second.failed > 0 && second.failed <= 100, `${second.failed}`);
  const odd = flows?.browse?.reasons.find(({ reason }) => reason === 'Error: odd')?.count ?? 0;
  assert.ok(odd > 0 && odd <= (flows?.browse?.failed ?? 0), `${odd}`);
  const lost = remarks.find(({ code }) => code === 'words-lost');
  assert.ok(lost?.code === 'words-lost' && lost.values.count === 1 && lost.values.seconds > 0);
  assert.equal(validity.reasons.filter(({ code }) => code === 'worker-lost').length, 1);
  assert.ok(
    lives.some((live) => (live.checks ?? []).length === 2),
    'a result until now, as journals keep it, has them',
  );
});

test("[WORKER-13] a promise of the scenario's own that nobody awaited ends no worker, and makes the run invalid", async () => {
  await using service = await startSmallService();
  using file = writeScenario(`
    import { defineScenario } from ${JSON.stringify(FLOWS)};
    const helper = async () => { throw new Error('left alone'); };
    export default defineScenario({
      name: 'flows', users: 8,
      flows: [{ name: 'browse', run: async (user) => { void helper(); await user.get('/', { name: 'read' }); } }],
    });`);
  const model = { kind: 'constant', ratePerSecond: 100, durationMs: 400 } as const;
  const options = { target: service.url, source: file.source, model, seed: 1, workers: 2 };
  const { flows, validity } = await runLoadInWorkers(options);
  assert.deepEqual([flows?.browse?.ok, Object.keys(flows ?? {})], [40, ['browse']]);
  assert.equal(validity.verdict, 'invalid');
  const failed = validity.reasons.filter(({ code }) => code === 'cannot-send');
  assert.deepEqual(
    failed.map(({ values }) => values),
    [{ count: 40, bound: 0, cause: 'a promise that nobody awaited was rejected: left alone' }],
  );
});
