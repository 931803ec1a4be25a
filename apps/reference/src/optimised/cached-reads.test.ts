import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from 'millrace/cache';
import type { Signals, Statistics, Strategies } from '../ports/index.ts';
import { cacheSignals, cacheStatistics, cacheStrategies } from './cached-reads.ts';

const USER = 1;
const PAGE = { limit: 20, position: undefined };
const ALL = { status: undefined, pair: undefined, action: undefined, strength: undefined, strategyId: undefined };

/** A store whose every read answers how many writes there were; one that fails has stored its write before. */
function openStore(fails: boolean) {
  let written = 0;
  const read = async (): Promise<never> => written as never;
  const write = async (): Promise<never> => {
    written++;
    if (fails) throw new Error('the answer was lost');
    return written as never;
  };
  const cache = createCache({ name: 'reads' });
  const figures = { overview: read, signalSummary: read, signalTrend: read } as unknown as Statistics;
  return {
    strategies: cacheStrategies({ list: read, create: write, setStatus: write } satisfies Strategies, cache),
    signals: cacheSignals({ list: read, record: write } satisfies Signals, cache),
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

const SHOWN: readonly (readonly [write: Ask, reads: readonly Ask[]])[] = [
  [create, [listStrategies, overview]],
  [start, [listStrategies, overview]],
  [record, [listSignals, summary, trend]],
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
