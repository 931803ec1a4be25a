import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from 'millrace/core';
import {
  createBufferedExport,
  createOffsetListing,
  createRelationsOneByOne,
  createStatisticsInApp,
} from './baseline/index.ts';
import { Counters } from './counters.ts';
import { WHALE_USER, withClient } from './data/index.ts';
import { Database, type Queryable } from './database.ts';
import { explainQueries, type QueryWork } from './explained-queries.ts';
import {
  createKeysetListing,
  createRelationsInSets,
  createStatisticsInSql,
  createStreamedExport,
} from './optimised/index.ts';
import type { Listing, Projects, Signals } from './ports/index.ts';
import { createProjects, createSignals } from './postgres/index.ts';
import { parseSwitches } from './switches.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale } = trialCallers();
const FILES_OF_PROJECT_1 = 24;
const ONE_CONNECTION = { size: 1, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
const NO_FILTER = {
  ...{ name: undefined, status: undefined, keyId: undefined },
  ...{ minTokens: undefined, maxTokens: undefined, minRequests: undefined, maxRequests: undefined },
  ...{ lastUsedAfter: undefined, lastUsedBefore: undefined, period: undefined },
};

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

/** The same work on a database of its own, with every statement explained. */
async function explained(switches: string, work: (queryable: Queryable) => Promise<unknown>) {
  const database = new Database({ url: await trial.createDatabase(switches), ...ONE_CONNECTION }, new Counters());
  try {
    const { queryable, work: done } = explainQueries(database);
    await work(queryable);
    return done;
  } finally {
    await database.close();
  }
}

const createStatisticsByGroup = (queryable: Queryable) => createStatisticsInSql(queryable, { keptTotals: false });

const deepPage = (listing: Listing): Promise<unknown> => {
  const position = { afterId: 5_000 - 4 - 5 * 899, offset: 900 };
  const equal = { user_id: WHALE_USER };
  return listing.slice({ table: 'signals', columns: 'id', equal }, { limit: 20, position });
};

describe('each switch of the database shows what it does as rows', () => {
  test('[REF-13] db.no-index: a page looks at the rows of everybody, or at its own', async () => {
    const page = (switches: string): Promise<QueryWork> =>
      explained(switches, (queryable) => {
        const query = { table: 'strategies', columns: 'id', equal: { user_id: 40 } } as const;
        return createKeysetListing(queryable).slice(query, { limit: 20, position: undefined });
      });
    const [on, off] = [await page('db.no-index'), await page('optimised')];
    assert.equal(on.rows, off.rows);
    assert.equal(off.rowsRead, off.rows);
    assert.equal(on.rowsRead, 200, 'all strategies of the tiny data set');
  });

  test('[REF-23] db.key-indexes-only: a page looks at more rows than it shows, or at those alone', async () => {
    const page = (switches: string): Promise<QueryWork> =>
      explained(switches, (queryable) => {
        const query = { table: 'signals', columns: 'id', equal: { user_id: 30 } } as const;
        return createKeysetListing(queryable).slice(query, { limit: 4, position: undefined });
      });
    const [on, off] = [await page('db.key-indexes-only'), await page('optimised')];
    assert.deepEqual([on.rows, off.rows, off.rowsRead], [5, 5, 5]);
    assert.ok(on.rowsRead > 10, `${on.rowsRead} rows read`);
  });

  test("[REF-23] db.key-indexes-only: a project's activities are found, without its index all are looked at", async () => {
    const activities = (switches: string): Promise<QueryWork> =>
      explained(switches, (queryable) =>
        queryable.query('SELECT tokens_used FROM agent_activities WHERE project_id = $1', [40]),
      );
    const [none, on] = [await activities('db.no-index'), await activities('db.key-indexes-only')];
    assert.equal(none.rowsRead, 2_000);
    assert.deepEqual([on.rowsRead, on.rows], [none.rows, none.rows]);
  });

  test('[REF-26] db.n-plus-one: a query for each row shown, or one for each kind', async () => {
    const counts = [];
    for (const create of [createRelationsOneByOne, createRelationsInSets]) {
      const queries = async (work: (projects: Projects) => Promise<unknown>): Promise<number> =>
        (
          await explained('optimised', (queryable) => {
            const unused = async (): Promise<never> => assert.fail('a read needs no transaction');
            const relations = create({ query: queryable.query, transaction: unused });
            return work(createProjects(queryable, createKeysetListing(queryable), relations));
          })
        ).queries;
      counts.push([
        await queries((it) => it.list(WHALE_USER, { status: undefined }, { limit: 10, position: undefined })),
        await queries(async (it) => {
          const found = await it.find(WHALE_USER, 1, { files: true, activities: true });
          assert.equal(found?.files?.length, FILES_OF_PROJECT_1);
        }),
      ]);
    }
    assert.deepEqual(counts, [
      [1 + 3 * 10, 4 + FILES_OF_PROJECT_1],
      [2, 3],
    ]);
  });

  test('[REF-14] db.offset-paging: a late page walks to its place, or begins there', async () => {
    const on = await explained('optimised', (queryable) => deepPage(createOffsetListing(queryable)));
    const off = await explained('optimised', (queryable) => deepPage(createKeysetListing(queryable)));
    assert.deepEqual([on.queries, off.queries], [1, 1]);
    assert.ok(on.rowsRead >= 920, `${on.rowsRead} rows read`);
    assert.ok(off.rowsRead <= 120, `${off.rowsRead} rows read`);
  });

  test('[REF-15] db.aggregate-in-app: who asks for no period has no single calls read', async () => {
    for (const create of [createStatisticsInApp, createStatisticsByGroup]) {
      const { queries } = await explained('db.no-index', (it) => create(it).usage(WHALE_USER, NO_FILTER));
      assert.equal(queries, 1);
    }
  });

  test('[REF-15] db.aggregate-in-app: of single calls those of the period come to the service', async () => {
    const rowsSince = async (start: string): Promise<number> => {
      const filter = { ...NO_FILTER, period: { start: new Date(start), end: undefined } };
      return (await explained('optimised', (it) => createStatisticsInApp(it).usage(WHALE_USER, filter))).rows;
    };
    const [all, some, none] = [
      await rowsSince('2000-01-01'),
      await rowsSince('2025-12-20'),
      await rowsSince('2100-01-01'),
    ];
    assert.equal(none, 40, 'the keys alone');
    assert.ok(none < some && some < all, `${none} < ${some} < ${all} rows`);
  });

  test('[REF-15] db.aggregate-in-app: every row comes to the service, or one a group', async () => {
    const period = { start: new Date('2025-12-20'), end: undefined };
    const filter = { ...NO_FILTER, period };
    const counts: number[][] = [];
    for (const create of [createStatisticsInApp, createStatisticsByGroup]) {
      const rowsOf = async (ask: (statistics: ReturnType<typeof create>) => Promise<unknown>): Promise<number> =>
        (await explained('optimised', (queryable) => ask(create(queryable)))).rows;
      counts.push([
        await rowsOf((it) => it.signalSummary(WHALE_USER)),
        await rowsOf((it) => it.signalTrend(WHALE_USER, new Date('2025-12-25'), 7)),
        await rowsOf((it) => it.overview(WHALE_USER)),
        await rowsOf((it) => it.leaderboard(WHALE_USER, 'tokens')),
        await rowsOf((it) => it.usage(WHALE_USER, filter)),
      ]);
    }
    const [on = [], off = []] = counts;
    assert.deepEqual(on.slice(0, 4), [1_000, 1_000, 40, 40]);
    assert.ok(
      off.every((rows, index) => rows < (on[index] ?? 0)),
      `${off} of ${on}`,
    );
    assert.deepEqual(off.slice(3), [10, 40]);
  });

  test('[REF-16] db.no-totals: a summary looks at every signal of the user, or at a row a group', async () => {
    const summary = (keptTotals: boolean): Promise<QueryWork> =>
      explained('optimised', (it) => createStatisticsInSql(it, { keptTotals }).signalSummary(WHALE_USER));
    const [on, off] = [await summary(false), await summary(true)];
    assert.equal(on.rowsRead, 1_000);
    assert.deepEqual([off.rows, off.rowsRead], [on.rows, on.rows]);
  });

  test('[REF-16] db.no-totals: the service reads the totals, whatever its indexes, unless the switch is on', async () => {
    const total = async (switches: string): Promise<number> => {
      const url = await trial.createDatabase(switches);
      if (!parseSwitches(switches).has('db.no-totals')) {
        await withClient(url, (client) => client.query('UPDATE signal_totals SET total = 0'));
      }
      await using service = await trial.open(switches, { env: { DATABASE_URL: url } });
      const answer = await service.app.inject({ url: '/api/v1/signals/statistics/summary', headers: whale });
      return answer.json<{ total: number }>().total;
    };
    assert.deepEqual(
      [await total('db.no-totals'), await total('db.no-index'), await total('optimised')],
      [1_000, 0, 0],
    );
  });
});

test('[REF-84] signals of a pair that the user has none of: a look at the own ones; of an empty strategy: at none', async () => {
  const page = { limit: 20, position: undefined };
  const none = { pair: undefined, action: undefined, strength: undefined, strategyId: undefined };
  const list = (userId: number, filter: Partial<Parameters<Signals['list']>[1]>): Promise<QueryWork> =>
    explained('optimised', (it) =>
      createSignals(it, createKeysetListing(it)).list(userId, { ...none, ...filter }, page),
    );
  const [pair, others, strategy] = [
    await list(WHALE_USER, { pair: 'NONE/SUCH' }),
    await list(30, { pair: 'NONE/SUCH' }),
    await list(WHALE_USER, { strategyId: 1_000_000 }),
  ];
  assert.deepEqual([pair.rows, pair.rowsRead], [0, 1_000]);
  assert.ok(others.rowsRead < 200, `${others.rowsRead} rows read`);
  assert.deepEqual([strategy.rows, strategy.rowsRead], [0, 0]);
});

/** A database that notes the most rows it gave at once. */
function noteLargest(database: Database) {
  const seen = { largest: 0, rows: 0 };
  const note = <Rows extends readonly unknown[]>(rows: Rows): Rows => {
    seen.largest = Math.max(seen.largest, rows.length);
    seen.rows += rows.length;
    return rows;
  };
  const noting: Pick<Database, 'query' | 'batches'> = {
    query: async (sql, values) => note(await database.query(sql, values)),
    async *batches(sql, values, options) {
      for await (const rows of database.batches<never>(sql, values, options)) yield note(rows);
    },
  };
  return { noting, seen };
}

test('[REF-24] export.buffered: all rows are in memory at once, or one batch of them', async () => {
  const database = new Database({ url: await trial.createDatabase('optimised'), ...ONE_CONNECTION }, new Counters());
  const filter = { keyId: undefined, period: undefined, limit: undefined };
  const counts: object[] = [];
  for (const create of [createBufferedExport, createStreamedExport]) {
    const { noting, seen } = noteLargest(database);
    const opened = await create(noting, systemClock).open(WHALE_USER, filter, 'json', new AbortController().signal);
    const text = typeof opened === 'string' ? opened : (await opened.toArray()).join('');
    assert.equal((JSON.parse(text) as { items: unknown[] }).items.length, 1_000);
    counts.push(seen);
  }
  await database.close();
  assert.deepEqual(counts, [
    { largest: 1_000, rows: 1_000 },
    { largest: 500, rows: 1_000 },
  ]);
});
