import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from 'millrace/cache';
import { createFakeClock } from 'millrace/testing';
import { DatabaseError } from 'pg';
import type { Keys, Signals, Statistics, Strategies } from '../ports/index.ts';
import { connectionBroke, databaseAway } from '../problem.ts';
import { cacheKeys, cacheSignals, cacheStatistics, cacheStrategies } from './cached-reads.ts';
import { Doubts } from './doubts.ts';
import { createReadCache } from './read-cache.ts';
import { createCountedStore } from './store-doubles.test.ts';

const USER = 1;
const PAGE = { limit: 20, position: undefined };
const ALL = { status: undefined, pair: undefined, action: undefined, strength: undefined, strategyId: undefined };

function openStore(fails: boolean) {
  const { cache, read, write } = createCountedStore(fails);
  const ofSignals = { signalSummary: read, signalTrend: read };
  const ofKeys = { usage: read, leaderboard: read, keyTotals: read };
  const figures = { overview: read, ...ofSignals, ...ofKeys } as unknown as Statistics;
  return {
    strategies: cacheStrategies({ list: read, create: write, setStatus: write } satisfies Strategies, cache),
    signals: cacheSignals({ list: read, record: write } satisfies Signals, cache),
    keys: cacheKeys({ list: read, find: read, create: write, revoke: write } as unknown as Keys, cache),
    statistics: cacheStatistics(figures, cache),
  };
}

type Store = ReturnType<typeof openStore>;
type Ask = (store: Store) => Promise<unknown>;

const create: Ask = ({ strategies }) => strategies.create(USER, {} as never);
const start: Ask = ({ strategies }) => strategies.setStatus(USER, 1, 'running');
const record: Ask = ({ signals }) => signals.record(USER, 1, {} as never);
const listStrategies: Ask = ({ strategies }) => strategies.list(USER, ALL, PAGE);
const overview: Ask = ({ statistics }) => statistics.overview(USER);
const listSignals: Ask = ({ signals }) => signals.list(USER, ALL, PAGE);
const summary: Ask = ({ statistics }) => statistics.signalSummary(USER);
const trend: Ask = ({ statistics }) => statistics.signalTrend(USER, new Date(0), 7);
const makeKey: Ask = ({ keys }) => keys.create(USER, {} as never);
const revokeKey: Ask = ({ keys }) => keys.revoke(USER, 1);
const keyReads: readonly Ask[] = [
  ({ keys }) => keys.list(USER, PAGE),
  ({ statistics }) => statistics.usage(USER, {} as never),
  ({ statistics }) => statistics.leaderboard(USER, 'tokens'),
  ({ statistics }) => statistics.keyTotals(USER),
];

const SHOWN: readonly (readonly [write: Ask, reads: readonly Ask[]])[] = [
  [create, [listStrategies, overview]],
  [start, [listStrategies, overview]],
  [record, [listSignals, summary, trend]],
  [makeKey, keyReads],
  [revokeKey, keyReads],
];

test('[REF-57] a write shows in the next read', async () => {
  for (const [write, reads] of SHOWN) {
    const store = openStore(false);
    for (const read of reads) assert.deepEqual([await read(store), await read(store)], [0, 0]);
    await write(store);
    for (const read of reads) assert.equal(await read(store), 1);
  }
});

test('[REF-57] a write that was stored shows in the next read although its answer was lost', async () => {
  for (const [write, reads] of SHOWN) {
    const store = openStore(true);
    for (const read of reads) assert.deepEqual([await read(store), await read(store)], [0, 0]);
    await assert.rejects(write(store), /the answer was lost/);
    for (const read of reads) assert.equal(await read(store), 1);
  }
});

/** Reads and writes of one tag; what is stored, and how the next write ends, is the test's. */
function openTag() {
  const clock = createFakeClock();
  const cache = createReadCache({ maxEntries: 1_000, ttlJitter: 0, clock });
  const state = { stored: 0 };
  const read = async (tag = 'a'): Promise<number> =>
    cache.getOrSet([tag], async () => state.stored, { ttlMs: 180_000, tags: [tag] });
  const fail = (error: Error): Promise<void> => assert.rejects(cache.write('a', Promise.reject(error)), error);
  return { clock, state, read, fail };
}

test('[REF-57] a write that is stored after its answer was lost shows in the next read', async () => {
  const { clock, state, read, fail } = openTag();
  await fail(new Error('the connection broke'));
  assert.deepEqual([await read(), await read('b')], [0, 0]);
  await clock.advance(30_000);
  state.stored = 1;
  assert.deepEqual([await read(), await read('b')], [1, 0], 'what has another tag is kept');
  await clock.advance(5_000);
  await read();
  state.stored = 2;
  assert.equal(await read(), 1, 'kept again once nothing can come any more');
});

test('[REF-57] a write that the database refused, or was never sent, leaves no doubt; a connection that broke does', async () => {
  const failed: readonly (readonly [Error, shown: number])[] = [
    [Object.assign(new DatabaseError('duplicate key', 0, 'error'), { code: '23505' }), 0],
    [databaseAway(), 0],
    [Object.assign(new DatabaseError('terminating', 0, 'error'), { code: '57P01' }), 1],
    [Object.assign(new DatabaseError('server conn crashed?', 0, 'error'), { code: '08P01' }), 1],
    [connectionBroke(new Error('reset')), 1],
  ];
  for (const [error, shown] of failed) {
    const { state, read, fail } = openTag();
    await fail(error);
    await read();
    state.stored = 1;
    assert.equal(await read(), shown, error.message);
  }
});

test('[REF-153] what other instances read while a write was in doubt is invalidated again when the doubt ends', async () => {
  const clock = createFakeClock();
  const cache = createCache({ name: 'reads', ttlJitter: 0, clock });
  const doubts = new Doubts(cache, clock);
  const read = (tag: string): unknown => cache.get(tag);
  const keep = (tag: string): unknown => cache.set(tag, tag, { tags: [tag], ttlMs: 180_000 });
  doubts.add('a');
  await clock.advance(20_000);
  doubts.add('b');
  for (const tag of ['a', 'b', 'c']) void keep(tag);
  await clock.advance(14_999);
  assert.deepEqual([read('a'), doubts.has('a')], ['a', true]);
  await clock.advance(1);
  assert.deepEqual([read('a'), read('b'), doubts.has('a'), doubts.has('b')], [undefined, 'b', false, true]);
  await clock.advance(20_000);
  assert.deepEqual([read('b'), read('c'), clock.pendingTimers], [undefined, 'c', 0]);
  for (let tag = 0; tag < 10_001; tag++) doubts.add(String(tag));
  void keep('c');
  assert.ok(doubts.has('c'), 'too many to be told apart');
  await clock.advance(35_000);
  assert.deepEqual([read('c'), doubts.has('c'), clock.pendingTimers], [undefined, false, 0]);
  doubts.close();
});
