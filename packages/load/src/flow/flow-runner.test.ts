import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedList } from '../feeder/index.ts';
import { defineScenario } from './define-scenario.ts';
import { assertAsSchema, runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';
import { openVirtualFlows, type VirtualFlows } from './virtual-flows.test.ts';

const CALL = { name: 'call', run: async (user: FlowUser) => void (await user.get('/call')) };

function maxMs(us: { readonly max: number } | undefined): number {
  return Math.round((us?.max ?? 0) / 1_000);
}

test('[FLOW-2] an iteration counts from its intended start, a request from when it was asked for', async () => {
  const run = async (user: FlowUser): Promise<void> => {
    await user.think(100);
    await user.get('/call', { name: 'call' });
  };
  const { clock, workload, admit, recorder } = await openVirtualFlows({ flows: [{ name: 'flow', run }] });
  admit(40);
  await clock.advance(500);
  const { flows, steps } = workload.rows();
  assert.equal(maxMs(flows?.flow?.responseTimeUs), 150);
  assert.equal(maxMs(flows?.flow?.serviceTimeUs), 110);
  assert.equal(maxMs(steps.call?.responseTimeUs), 10);
  assert.equal(maxMs(recorder.sendLag.snapshot()), 40);
});

test('[FLOW-2] a request that waits for a connection has waited', async () => {
  const { clock, workload, admit } = await openVirtualFlows({ flows: [CALL], users: 2, connections: 1 });
  admit();
  admit();
  await clock.advance(100);
  const call = workload.rows().steps['GET /call'];
  assert.deepEqual([maxMs(call?.responseTimeUs), maxMs(call?.serviceTimeUs)], [20, 10]);
});

test('[FLOW-3] a user runs one flow at a time; who finds none free waits, and the oldest goes past the bound', async () => {
  const { clock, workload, admit, settled } = await openVirtualFlows({ flows: [CALL], users: 1, maxQueue: 2 });
  for (let index = 0; index < 5; index++) {
    admit();
    await clock.advance(1);
  }
  assert.deepEqual([workload.inFlight, workload.queuedMax, settled.length], [1, 2, 2]);
  await clock.advance(100);
  const flow = workload.rows().flows?.call;
  assert.deepEqual([flow?.planned, flow?.ok, flow?.failed, flow?.unstarted, flow?.censored], [5, 3, 2, 2, 2]);
  assert.deepEqual(flow?.reasons, [{ reason: 'no user was free', count: 2 }]);
  assert.equal(maxMs(flow?.responseTimeUs), 26);
  assert.equal(workload.isIdle, true);
});

/** What each user did, in order: flows, rows, and how long it thought. */
async function diary(answerMs: number, share = { index: 0, of: 1 }): Promise<Map<number, string[]>> {
  const entries = new Map<number, string[]>();
  const rows = feedList(
    Array.from({ length: 7 }, (_, row) => row),
    { strategy: 'random' },
  );
  const flow = (name: string, weight: number) => ({
    name,
    weight,
    async run(user: FlowUser) {
      const began = clock.now();
      await user.think(1, 9);
      const entry = `${name} ${user.next('rows')} ${(clock.now() - began).toFixed(3)} ${user.random.int(1_000)}`;
      entries.set(user.index, [...(entries.get(user.index) ?? []), entry]);
      await user.get('/');
    },
  });
  const flows = [flow('a', 3), flow('b', 1)];
  const virtual: VirtualFlows = await openVirtualFlows({
    ...{ flows, users: 6, share, more: { data: { rows } }, answerMs: () => answerMs },
  });
  const { clock, admit } = virtual;
  for (let index = 0; index < 200; index++) {
    admit();
    await clock.advance(3);
  }
  await clock.advance(1_000);
  return entries;
}

test('[FLOW-4] each user does the same in the same order, whatever the timing and however many workers', async () => {
  const usual = await diary(5);
  const others = [await diary(37), await diary(5, { index: 0, of: 2 }), await diary(5, { index: 1, of: 2 })];
  assert.deepEqual(
    others.map(({ size }) => size),
    [6, 3, 3],
  );
  for (const other of others) {
    for (const [user, entries] of other) {
      const own = usual.get(user) ?? [];
      const common = Math.min(own.length, entries.length);
      assert.ok(common > 5);
      assert.deepEqual(entries.slice(0, common), own.slice(0, common));
    }
  }
  assert.equal(new Set([...usual.values()].map((own) => own.slice(0, 5).join())).size, 6);
});

test('[FLOW-5] every arrival is an iteration of one flow, by the weights', async () => {
  const flows = [
    { name: 'often', weight: 3, run: CALL.run },
    { name: 'seldom', weight: 1, run: CALL.run },
  ];
  const { clock, workload, admit, recorder } = await openVirtualFlows({ flows, users: 50 });
  for (let index = 0; index < 2_000; index++) {
    admit();
    if (index % 20 === 0) await clock.advance(20);
  }
  await clock.advance(1_000);
  const { flows: rows = {}, total } = workload.rows();
  const { often, seldom } = rows;
  assert.equal((often?.planned ?? 0) + (seldom?.planned ?? 0), 2_000);
  assert.deepEqual([recorder.planned, recorder.completed, total.ok], [2_000, 2_000, 2_000]);
  assert.ok(Math.abs((often?.ok ?? 0) - 1_500) < 80, `${often?.ok}`);
});

test('[FLOW-6] what a flow throws is counted: twenty kinds, the rest together', async () => {
  let count = 0;
  const run = async (): Promise<void> => {
    throw new TypeError(`kind ${Math.min(count++ % 30, 25)}`);
  };
  const { clock, workload, admit, settled } = await openVirtualFlows({ flows: [{ name: 'bad', run }] });
  for (let index = 0; index < 60; index++) {
    admit();
    await clock.advance(1);
    workload.sweep(clock.now());
  }
  const { ok, failed, reasons } = workload.rows().flows?.bad ?? {};
  assert.deepEqual([ok, failed, settled.filter((each) => each).length], [0, 60, 0]);
  assert.equal(reasons?.length, 21);
  assert.deepEqual(reasons?.[0], { reason: 'TypeError: kind 0', count: 2 });
  assert.deepEqual(reasons?.at(-1), { reason: 'other reasons', count: 20 });
});

test('[FLOW-7] an interruption calls back who thinks, lets requests end and begins nothing new', async () => {
  let spins = 0;
  let told: unknown;
  const flows = [
    {
      name: 'thinks',
      async run(user: FlowUser) {
        try {
          await user.think(60_000);
        } catch (error) {
          told = error;
          throw error;
        }
      },
    },
    {
      name: 'insists',
      async run(user: FlowUser) {
        for (;;) {
          spins++;
          await user.get('/').catch(() => {});
        }
      },
    },
    { name: 'asks', run: CALL.run },
  ];
  const virtual = await openVirtualFlows({ flows, users: 30 });
  const { clock, workload, admit, seen, settled } = virtual;
  for (let index = 0; index < 40; index++) admit();
  await clock.advance(5);
  assert.equal(workload.inFlight, 30);
  workload.interrupt(clock.now());
  const sent = seen.length;
  await clock.advance(20);
  assert.equal(seen.length, sent);
  assert.equal((told as { code?: string }).code, 'MILLRACE_FLOW_STOPPED');
  const before = spins;
  workload.close(clock.now());
  await clock.advance(1_000);
  assert.ok(spins <= before + 30);
  const rows = Object.values(workload.rows().flows ?? {});
  const sum = (of: 'planned' | 'ok' | 'failed' | 'interrupted'): number => rows.reduce((all, row) => all + row[of], 0);
  assert.deepEqual([sum('planned'), sum('failed'), settled.length], [40, 0, 40]);
  assert.equal(workload.rows().flows?.asks?.ok, sum('ok'));
  assert.ok(sum('ok') > 0 && sum('interrupted') > 10);
  assert.equal(workload.isIdle, true);
});

test('[FLOW-8] what is not over when the drain is has failed, at what it took by then', async () => {
  const run = async (user: FlowUser): Promise<void> => {
    await user.group('all', async () => {
      await user.get('/', { name: 'silent' });
    });
  };
  const virtual = await openVirtualFlows({ flows: [{ name: 'flow', run }], answerMs: () => undefined });
  virtual.admit();
  await virtual.clock.advance(700);
  virtual.workload.close(virtual.clock.now());
  const { flows, groups, steps } = virtual.workload.rows();
  for (const row of [flows?.flow, groups?.all]) {
    assert.deepEqual([row?.planned, row?.failed, row?.censored, maxMs(row?.responseTimeUs)], [1, 1, 1, 700]);
  }
  assert.deepEqual(steps.silent?.errors, { timeout: 1 });
  assert.deepEqual(virtual.settled, [false]);
});

test('[FLOW-9] bad scenarios are refused at once', () => {
  const good = { name: 'good', users: 1, flows: [CALL] };
  for (const bad of [
    { ...good, users: 0 },
    { ...good, users: 1_000_001 },
    { ...good, maxRedirects: 21 },
    { ...good, flows: [] },
    { ...good, flows: [CALL, CALL] },
    { ...good, flows: [{ ...CALL, name: '' }] },
    { ...good, flows: [{ ...CALL, weight: 0 }] },
  ]) {
    assert.throws(() => defineScenario(bad), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
  const odd = { ...good, step: [] };
  assert.throws(() => defineScenario(odd), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

test('[FLOW-1] a run of flows is a result as its schema says', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const run = async (user: FlowUser): Promise<void> => {
    await user.group('both', async () => {
      await user.get('/a');
      user.check('even', user.random.int(2) === 0);
    });
    if (user.random.int(3) === 0) throw new Error('no luck');
  };
  const scenario = defineScenario({ name: 'mixed', users: 3, flows: [{ name: 'flow', run }] });
  const result = await runFlows(service, scenario, 30);
  await assertAsSchema(result);
  const seconds = result.seconds.reduce((sum, { planned }) => sum + planned, 0);
  assert.deepEqual([seconds, result.flows?.flow?.planned, result.groups?.both?.ok], [30, 30, 30]);
  assert.deepEqual([result.total.ok, result.checks?.[0]?.passed], [30, 30 - (result.checks?.[0]?.failed ?? 0)]);
});
