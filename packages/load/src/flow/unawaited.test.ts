import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScenario } from './define-scenario.ts';
import { runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';
import { startSocketService } from './socket-service.test.ts';
import { openVirtualFlows } from './virtual-flows.test.ts';

test('[FLOW-15] waits that a failing flow leaves behind end nothing', async () => {
  await using service = await startSocketService(() => {});
  const run = async (user: FlowUser): Promise<void> => {
    const socket = await user.webSocket('/live');
    void socket.receive();
    void socket.request('x');
    void user.webSocket('/no');
    void user.group('group', async () => {
      await user.get('/refused');
    });
    await user.get('/refused');
  };
  const scenario = defineScenario({ name: 's', users: 1, flows: [{ name: 'flow', run }] });
  const { flows } = await runFlows(service, scenario, 2);
  assert.deepEqual(flows?.flow?.reasons, [{ reason: 'GET /refused: answered 500', count: 2 }]);
});

test('[FLOW-15] who thinks without waiting for it is called back unheard', async () => {
  const run = async (user: FlowUser): Promise<void> => {
    void user.think(60_000);
    await user.get('/');
    await user.think(60_000);
  };
  const { clock, workload, admit } = await openVirtualFlows({ flows: [{ name: 'flow', run }] });
  admit();
  await clock.advance(100);
  workload.interrupt(clock.now());
  await clock.advance(10);
  assert.equal(workload.rows().flows?.flow?.interrupted, 1);
});

test('[FLOW-15] wrong options reject, and leave no row', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const invalid = { code: 'MILLRACE_LOAD_OPTION_INVALID' };
  const run = async (user: FlowUser): Promise<void> => {
    await assert.rejects(user.think(-1), invalid);
    await assert.rejects(user.get('/', { timeoutMs: 0, name: 'bad' }), invalid);
    await assert.rejects(user.get('no slash', { name: 'bad' }), { code: 'MILLRACE_LOAD_REQUEST_INVALID' });
    await assert.rejects(user.events('/', { timeoutMs: Number.NaN, name: 'bad' }), invalid);
  };
  const scenario = defineScenario({ name: 's', users: 1, flows: [{ name: 'flow', run }] });
  const { flows, steps } = await runFlows(service, scenario, 1);
  assert.deepEqual([flows?.flow?.reasons, steps], [[], {}]);
});
