import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, type Random } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import type { RequestSpec, Scenario } from '../scenario/index.ts';
import { ArrivalRandom } from './arrival-random.ts';
import { Plan } from './plan.ts';
import { RunMemory } from './run-memory.ts';
import { runVirtually, type Treatment } from './virtual-run.test.ts';

const SHOP: Scenario<{ id: number; salt: number }> = {
  name: 'shop',
  users: 25,
  createUser: (id, random) => ({ id, salt: random.int(1_000_000) }),
  steps: [
    { name: 'list', weight: 7, build: (user) => ({ method: 'GET', path: `/list/${user.id}/${user.salt}` }) },
    {
      name: 'item',
      weight: 2,
      build: (user, random) => ({ method: 'GET', path: `/item/${user.id}/${random.int(1e6)}` }),
    },
    {
      name: 'buy',
      weight: 1,
      build: (user, random) => ({ method: 'POST', path: `/buy/${user.id}`, body: `${random.next()} ${random.next()}` }),
    },
  ],
};

/** The requests of a run, in the order of the schedule. */
async function requestsOf(seed: number, serve: () => Treatment): Promise<string[]> {
  const { seen } = await runVirtually({
    scenario: SHOP,
    seed,
    connections: 500,
    arrivals: { kind: 'constant', ratePerSecond: 200, durationMs: 1_000 },
    serve,
  });
  return seen.map(({ text }) => text);
}

test('[LOAD-11] same seed, same users, steps and requests, in whatever order answers come', async () => {
  const expected = await requestsOf(7, () => ({ afterMs: 1 }));
  assert.equal(expected.length, 200);
  const property = fc.asyncProperty(fc.array(fc.nat({ max: 900 }), { minLength: 1, maxLength: 50 }), async (delays) => {
    let next = 0;
    const requests = await requestsOf(7, () => ({ afterMs: delays[next++ % delays.length] as number }));
    assert.deepEqual(requests, expected);
  });
  await fc.assert(property, { numRuns: 20, ...propertySeed() });
});

test('[LOAD-11] an arrival that is dropped or fails changes no other request', async () => {
  const build = (ratio: number): Promise<{ seen: { text: string }[] }> =>
    runVirtually({
      scenario: SHOP,
      seed: 7,
      connections: 1,
      maxQueue: 2,
      arrivals: { kind: 'constant', ratePerSecond: 200, durationMs: 1_000 },
      serve: () => ({ afterMs: ratio }),
    });
  const all = await requestsOf(7, () => ({ afterMs: 0 }));
  const { seen } = await build(23);
  assert.ok(seen.length < 60);
  let from = 0;
  for (const { text } of seen) {
    const at = all.indexOf(text, from);
    assert.notEqual(at, -1, text);
    from = at + 1;
  }
});

test('[LOAD-11] another seed gives other requests', async () => {
  const answer = (): Treatment => ({ afterMs: 1 });
  assert.notDeepEqual(await requestsOf(7, answer), await requestsOf(8, answer));
});

test('[LOAD-11] an arrival has a random stream of its own, whatever others drew', () => {
  const random = new ArrivalRandom(createRandom(1));
  const draw = (): number[] => [random.next(), random.int(1_000), random.fork('x').next()];
  const tenth = random.aim('arrival', 10) && draw();
  random.aim('arrival', 11);
  assert.notDeepEqual(draw(), tenth);
  random.aim('arrival', 12).next();
  random.aim('arrival', 10);
  assert.deepEqual(draw(), tenth);
  random.aim('prerequisite', 10);
  assert.notDeepEqual(draw(), tenth);
});

test('[LOAD-12] steps come up by their weights', () => {
  const plan = new Plan(SHOP, createRandom(3), new RunMemory(1_000));
  const counts = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const { name } = plan.pickStep().step;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const { name, weight } of SHOP.steps) {
    const share = (counts.get(name) ?? 0) / 20_000;
    assert.ok(Math.abs(share - weight / 10) < 0.01, `${name} ${share}`);
  }
});

test('[LOAD-12] users are picked by the scenario, or evenly', () => {
  const picked: number[] = [];
  const pickUser = (_random: Random, arrival: number): number => arrival % 3;
  const own = new Plan({ ...SHOP, pickUser }, createRandom(3), new RunMemory(1_000));
  for (let i = 0; i < 6; i++) picked.push(own.pickUser(i).user.id);
  assert.deepEqual(picked, [0, 1, 2, 0, 1, 2]);

  const even = new Plan(SHOP, createRandom(3), new RunMemory(1_000));
  const counts = new Array<number>(25).fill(0);
  for (let i = 0; i < 25_000; i++) counts[even.pickUser(i).user.id]!++;
  for (const count of counts) assert.ok(count > 850 && count < 1_150, `${count}`);
});

test('[LOAD-12] a pick out of range ends the run with an error that names it', async () => {
  const run = runVirtually({
    scenario: { ...SHOP, pickUser: () => 25 },
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 1_000 },
    serve: () => ({ afterMs: 1 }),
  });
  await assert.rejects(run, /pickUser gave 25; there are users 0 to 24/);
});

test('[LOAD-11] a step may change and give the same object each time', async () => {
  const spec = { method: 'GET' as const, path: '/' };
  let built = 0;
  const build = (): typeof spec => {
    spec.path = `/${Math.floor(built++ / 2)}`;
    return spec;
  };
  const { seen } = await runVirtually({
    scenario: { name: 's', users: 1, createUser: () => undefined, steps: [{ name: 'a', weight: 1, build }] },
    arrivals: { kind: 'constant', ratePerSecond: 6, durationMs: 1_000 },
    serve: () => ({ afterMs: 1 }),
  });
  assert.deepEqual(
    seen.map(({ text }) => text.split(' ')[1]),
    ['/0', '/0', '/1', '/1', '/2', '/2'],
  );
});

test('[LOAD-30] bytes that a step fills anew are sent as they are then', async () => {
  const body = new Uint8Array(2);
  let built = 0;
  const build = (): RequestSpec => {
    body.fill(65 + (built++ % 26));
    return { method: 'POST', path: '/', body };
  };
  const { seen } = await runVirtually({
    scenario: { name: 'bytes', users: 1, createUser: () => undefined, steps: [{ name: 'write', weight: 1, build }] },
    arrivals: { kind: 'constant', ratePerSecond: 10, durationMs: 300 },
    serve: () => ({ afterMs: 1 }),
  });
  assert.deepEqual(
    seen.map(({ text }) => text.slice(-2)),
    ['AA', 'BB', 'CC'],
  );
});

test('[LOAD-79] a prerequisite that each user names differently does not open a row for each', () => {
  const build = (): RequestSpec => ({ method: 'GET', path: '/' });
  const memory = new RunMemory(1_000);
  const scenario: Scenario<number> = {
    ...{ name: 'named', users: 500, createUser: (id) => id, steps: [{ name: 'read', weight: 1, build }] },
    prerequisite: (id) => ({ name: `login ${id}`, weight: 1, build }),
  };
  const plan = new Plan(scenario, createRandom(1), memory);
  for (let arrival = 0; arrival < 2_000; arrival++) plan.prerequisiteOf(plan.pickUser(arrival));
  assert.equal(memory.rows.length, 1 + 100 + 1);
});

test('[LOAD-12] a pick below the first user is refused, for each share', () => {
  const scenario: Scenario = {
    ...{ name: 'below', users: 4, createUser: () => undefined, pickUser: () => -1 },
    steps: [{ name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
  };
  const plan = new Plan(scenario, createRandom(1), new RunMemory(1_000), { index: 1, of: 2 });
  assert.throws(() => plan.pickUser(0), /pickUser gave -1/);
});
