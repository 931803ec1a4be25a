import assert from 'node:assert/strict';
import { test } from 'node:test';
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
