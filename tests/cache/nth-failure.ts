import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { testRedis } from '@millrace/scripts/services';
import type { Cache } from 'millrace/cache';
import { STANDALONE } from '../redis/drivers.ts';
import { type Failing, FailurePlan, failingDriver } from './failing-driver.ts';
import { makeNode, newName, openNode, until } from './sharing-caches.ts';

/*
 * The n-th command to Redis fails, for n = 1, 2, … until there is no n-th any more, while a cache starts, loads,
 * invalidates and follows. Whichever it is: no answer is old, none takes long, and the origin is asked no more often than
 * it must be.
 */

const driverOf = STANDALONE['node-redis']!;
const url = await testRedis();
const open = () => driverOf(url ?? '');

const MAX_STALENESS_MS = 400;
const TIER = { timeoutMs: 100, logTimeoutMs: 100, maxStalenessMs: MAX_STALENESS_MS, invalidateTimeoutMs: 300 };
/** What a step may take: a few timeouts, on a machine that may be busy. */
const PATIENCE_MS = 3_000;
const MOST = 60;

/** What one run has to work with. */
interface Stage {
  readonly t: TestContext;
  readonly plan: FailurePlan;
  readonly name: string;
  /** The row as it is now. */
  row: number;
  loads: number;
}

const load = (stage: Stage) => async (): Promise<number> => {
  stage.loads++;
  return stage.row;
};

async function inTime<T>(what: string, work: Promise<T> | T): Promise<T> {
  const began = performance.now();
  const done = await work;
  const tookMs = performance.now() - began;
  assert.ok(tookMs < PATIENCE_MS, `${what} took ${tookMs} ms`);
  return done;
}

const failing = (stage: Stage): Promise<Cache> =>
  openNode(stage.t, failingDriver(open(), stage.plan), { name: stage.name, tier: TIER });
const sound = (stage: Stage): Promise<Cache> => openNode(stage.t, open(), { name: stage.name, tier: TIER });

/** What a cache does while a command fails. */
export const STEPS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async start(stage) {
    const other = await sound(stage);
    await other.getOrSet('row', load(stage));
    stage.row++;
    await other.delete('row');
    stage.loads = 0;
    stage.plan.arm();
    const driver = failingDriver(open(), stage.plan);
    stage.t.after(() => driver.close());
    const cache = makeNode(stage.t, driver, { name: stage.name, tier: TIER });
    assert.equal(await inTime('a read', cache.getOrSet('row', load(stage))), 1);
    await until('it follows', () => cache.stats().shared === 'used', PATIENCE_MS);
    assert.equal(await inTime('a read', cache.getOrSet('row', load(stage))), 1);
    assert.ok(stage.loads <= 2, `${stage.loads} loads`); // What was loaded before the log was reached is not believed after.
  },
  async load(stage) {
    const cache = await failing(stage);
    stage.plan.arm();
    const reads = Array.from({ length: 5 }, () => cache.getOrSet('row', load(stage)));
    assert.deepEqual(await inTime('five reads', Promise.all(reads)), [0, 0, 0, 0, 0]);
    assert.equal(stage.loads, 1);
    await until('it is settled', () => cache.stats().loading === 0);
    const other = await sound(stage);
    assert.equal(await inTime('a read elsewhere', other.getOrSet('row', load(stage))), 0);
    assert.ok(stage.loads <= 2, `${stage.loads} loads`);
  },
  async invalidate(stage) {
    const cache = await failing(stage);
    const other = await sound(stage);
    await cache.getOrSet('row', load(stage), { tags: ['t'] });
    await other.getOrSet('row', load(stage), { tags: ['t'] });
    stage.plan.arm();
    for (const by of ['key', 'tag'] as const) {
      stage.row++;
      const told = by === 'key' ? cache.delete('row') : cache.invalidateTags(['t']);
      assert.equal(await inTime('a read', cache.getOrSet('row', load(stage), { tags: ['t'] })), stage.row);
      await inTime('telling', told).catch(({ code }: { code: string }) => {
        assert.equal(code, 'MILLRACE_CACHE_INVALIDATION_PENDING');
      });
      await until('it is delivered', () => cache.stats().pending === 0, PATIENCE_MS);
      const seen = async (): Promise<boolean> =>
        (await other.getOrSet('row', load(stage), { tags: ['t'] })) === stage.row;
      await until('it is seen elsewhere', seen, PATIENCE_MS);
    }
    const fresh = await sound(stage);
    assert.equal(await fresh.getOrSet('row', load(stage), { tags: ['t'] }), stage.row);
  },
  async follow(stage) {
    const cache = await failing(stage);
    const other = await sound(stage);
    await cache.getOrSet('row', load(stage));
    stage.plan.arm();
    for (let round = 0; round < 3; round++) {
      stage.row++;
      await other.delete('row');
      const heardBy = performance.now() + MAX_STALENESS_MS;
      const seen = async (): Promise<boolean> => (await cache.getOrSet('row', load(stage))) === stage.row;
      await until('it is seen', seen, PATIENCE_MS);
      const lateMs = performance.now() - heardBy;
      assert.ok(lateMs < MAX_STALENESS_MS, `seen ${lateMs} ms after the limit`); // As much again for a busy machine.
    }
    await until('it follows', () => cache.stats().shared === 'used', PATIENCE_MS);
  },
};

/** Does a step again and again, each time with the next command failing. */
export async function failEachInTurn(t: TestContext, what: keyof typeof STEPS, how: Failing): Promise<void> {
  if (url === undefined) return t.skip('no Redis');
  let nth = 1;
  for (; nth <= MOST; nth++) {
    const plan = new FailurePlan(how, nth);
    await t.test(`command ${nth}`, (each) => STEPS[what]?.({ t: each, plan, name: newName(), row: 0, loads: 0 }));
    if (!plan.hasFailed) break;
  }
  assert.ok(nth > 3, `only ${nth} commands`);
}
