import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedList } from '../feeder/index.ts';
import { defineScenario } from './define-scenario.ts';
import type { FlowDefinition } from './flow-definition.ts';
import { runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser, Session } from './flow-user.ts';
import { startSocketService } from './socket-service.test.ts';

const flow = { name: 'flow', run: async () => {} };
const good: FlowDefinition = { name: 'shop', users: 1, flows: [flow] };

/** What a definition is refused with: the code, and the option. */
function refusal(definition: object): readonly [string, unknown] {
  try {
    defineScenario(definition as FlowDefinition);
  } catch (error) {
    const { code, context } = error as { code: string; context: { option: string; nearest?: string } };
    return [code.replace('MILLRACE_', ''), context.nearest ?? context.option];
  }
  return ['none', undefined];
}

test('[FLOW-16] a definition is refused by the name of what it does not have', () => {
  assert.deepEqual(refusal({ ...good, refreshon: [401] }), ['CORE_OPTION_UNKNOWN', 'refreshOn']);
  assert.deepEqual(refusal({ ...good, flows: [{ ...flow, wieght: 2 }] }), ['CORE_OPTION_UNKNOWN', 'weight']);
});

test('[FLOW-9] what is no name, function, feeder or list is refused', () => {
  const wrong = {
    'scenario.name': { ...good, name: undefined },
    'scenario.login': { ...good, login: {} },
    'scenario.data.rows': { ...good, data: { fine: feedList([1]), rows: [1, 2] } },
    'scenario.refreshOn': { ...good, refreshOn: 401 },
    'scenario.flows': { ...good, flows: {} },
    'scenario.flows[0].run': { ...good, flows: [{ name: 'flow' }] },
  };
  for (const [option, definition] of Object.entries(wrong)) {
    assert.deepEqual(refusal(definition), ['LOAD_OPTION_INVALID', option]);
  }
});

test('[FLOW-16] so are options of requests, connections and waits, and leave no row', async () => {
  await using service = await startSocketService((socket) => void socket.on('message', (text) => socket.send(text)));
  const unknown = (nearest: string) => (error: { code?: string; context?: { nearest?: string } }) =>
    error.code === 'MILLRACE_CORE_OPTION_UNKNOWN' && error.context?.nearest === nearest;
  const wrong = (options: object): never => options as never;
  const run = async (user: FlowUser): Promise<void> => {
    await assert.rejects(user.get('/', wrong({ timeout: 1 })), unknown('timeoutMs'));
    await assert.rejects(user.webSocket('/live', wrong({ maxinbox: 1 })), unknown('maxInbox'));
    await assert.rejects(user.events('/', wrong({ header: {} })), unknown('headers'));
    const socket = await user.webSocket('/live');
    await assert.rejects(socket.receive(wrong({ match: () => true })), unknown('matching'));
    await assert.rejects(socket.request('x', wrong({ nam: 'x' })), unknown('name'));
  };
  const { flows, steps } = await runFlows(service, defineScenario({ ...good, flows: [{ name: 'flow', run }] }), 1);
  assert.deepEqual([flows?.flow?.reasons, Object.keys(steps)], [[], ['WS /live']]);
});

test('[FLOW-16] [FLOW-17] a session has no other options, and lasts', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const reasonWith = async (session: object): Promise<string | undefined> => {
    const login = async (): Promise<Session> => session;
    const { flows } = await runFlows(service, defineScenario({ ...good, login }), 1);
    return flows?.flow?.reasons[0]?.reason;
  };
  assert.match((await reasonWith({ expiresIn: 60 })) ?? '', /expiresIn\b.*expiresInMs/);
  assert.match((await reasonWith({ expiresInMs: 0 })) ?? '', /expiresInMs is 0/);
});

test('[FLOW-17] a session that is over at once is used for the request that waited for it', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  let logins = 0;
  const login = async (): Promise<Session> => {
    logins++;
    return { expiresInMs: 1 };
  };
  const run = async (user: FlowUser): Promise<void> => {
    const until = performance.now() + 5;
    while (performance.now() < until);
    await user.get('/');
  };
  const { flows } = await runFlows(service, defineScenario({ ...good, login, flows: [{ name: 'flow', run }] }), 1);
  assert.deepEqual([flows?.flow?.ok, service.seen.length, logins], [1, 1, 2]);
});

test('[FLOW-14] a check that is neither true nor false, as a promise, fails the flow and counts as nothing', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const run = async (user: FlowUser): Promise<void> =>
    void user.check('never awaited', Promise.resolve(false) as never);
  const { flows, checks } = await runFlows(service, defineScenario({ ...good, flows: [{ name: 'flow', run }] }), 1);
  assert.deepEqual([checks, flows?.flow?.failed], [[], 1]);
  assert.match(flows?.flow?.reasons[0]?.reason ?? '', /check never awaited is .*true or false/);
});
