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
import { withClient } from './data/connection.ts';
import { usernameOf, userPassword, WHALE_USER } from './data/index.ts';
import { Database, type Queryable } from './database.ts';
import { explainQueries, type QueryWork } from './explained-queries.ts';
import {
  createKeysetListing,
  createRelationsInSets,
  createStatisticsInSql,
  createStreamedExport,
} from './optimised/index.ts';
import type { Listing, Projects } from './ports/index.ts';
import { createProjects } from './postgres/index.ts';
import type { Service } from './service.ts';
import { EXCLUSIVE_SWITCHES, ORIGIN_PRESET, parseSwitches, SWITCHES, type SwitchId } from './switches.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale } = trialCallers();
const ME = '/api/v1/auth/me';
const FILES_OF_PROJECT_1 = 24;
const TREND = '/api/v1/stats/trend?days=7';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

async function get({ app }: Service, url: string): Promise<void> {
  const answer = await app.inject({ url, headers: whale });
  assert.equal(answer.statusCode, 200, answer.body);
}

/** The same work on a service with this switch alone, and on one with none. */
async function onAndOff<T>(id: SwitchId, work: (service: Service) => Promise<T>): Promise<{ on: T; off: T }> {
  const workWith = async (switches: string): Promise<T> => {
    await using service = await trial.open(switches);
    return await work(service);
  };
  return { on: await workWith(id), off: await workWith('optimised') };
}

describe('each switch shows what it does as counts', () => {
  test('[REF-10] auth.hash-on-loop: a login hashes on the loop, or in a thread', async () => {
    const counts = await onAndOff('auth.hash-on-loop', async ({ app, counters }) => {
      const payload = { username: usernameOf(WHALE_USER), password: userPassword(WHALE_USER) };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
      assert.equal(answer.statusCode, 200);
      return [counters.get('synchronousHashes'), counters.get('pooledHashes')];
    });
    assert.deepEqual(counts, { on: [1, 0], off: [0, 1] });
  });

  test("[REF-21] auth.hash-on-libuv: a login hashes on libuv's threads, or in one of ours", async () => {
    const counts = await onAndOff('auth.hash-on-libuv', async ({ app, counters }) => {
      const payload = { username: usernameOf(WHALE_USER), password: userPassword(WHALE_USER) };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
      assert.equal(answer.statusCode, 200);
      return (['synchronousHashes', 'libuvHashes', 'pooledHashes'] as const).map((name) => counters.get(name));
    });
    assert.deepEqual(counts, { on: [0, 1, 0], off: [0, 0, 1] });
  });

  test('[REF-11] auth.db-per-request: an identity query for each request, or for the first', async () => {
    const counts = await onAndOff('auth.db-per-request', async (service) => {
      for (let i = 0; i < 5; i++) await get(service, ME);
      const { counters } = service;
      return [counters.get('identityQueries'), counters.get('identityHits'), counters.get('authorisedRequests')];
    });
    assert.deepEqual(counts, { on: [5, 0, 5], off: [1, 4, 5] });
  });

  test('[REF-12] db.pool-of-2: ten queries at once share two connections, or have ten', async () => {
    const counts = await onAndOff('db.pool-of-2', async (service) => {
      await Promise.all(Array.from({ length: 10 }, () => get(service, '/health/ready')));
      return service.counters.get('dbConnects');
    });
    assert.deepEqual(counts, { on: 2, off: 10 });
  });

  test('[REF-22] db.pool-of-10: thirty queries at once share ten connections, or have thirty', async () => {
    const counts = await onAndOff('db.pool-of-10', async (service) => {
      await Promise.all(Array.from({ length: 30 }, () => get(service, '/health/ready')));
      return service.counters.get('dbConnects');
    });
    assert.deepEqual(counts, { on: 10, off: 30 });
  });

  test('[REF-25] db.pg-connect-per-request: ten requests in turn open ten connections, or share one', async () => {
    const counts = await onAndOff('db.pg-connect-per-request', async (service) => {
      const before = service.counters.get('dbConnects');
      for (let i = 0; i < 10; i++) await get(service, '/health/ready');
      return service.counters.get('dbConnects') - before;
    });
    assert.deepEqual(counts, { on: 10, off: 0 });
  });

  test('[REF-34] db.parse-per-query: no statement is prepared, or each for all its values', async () => {
    const counts = await onAndOff('db.parse-per-query', async (service) => {
      await get(service, ME);
      const before = service.counters.get('preparedStatements');
      for (let limit = 1; limit <= 3; limit++) await get(service, `/api/v1/signals?limit=${limit}`);
      return service.counters.get('preparedStatements') - before;
    });
    assert.deepEqual(counts, { on: 0, off: 1 });
  });

  test('[REF-17] cache.none: every read goes to the database, or the first', async () => {
    const counts = await onAndOff('cache.none', async (service) => {
      await get(service, ME);
      const before = service.counters.get('dbQueries');
      for (let i = 0; i < 3; i++) await get(service, '/api/v1/signals');
      return service.counters.get('dbQueries') - before;
    });
    assert.deepEqual(counts, { on: 3, off: 1 });
  });

  test('[REF-18] upstream.no-cache: a call for each request, or for the first', async () => {
    const counts = await onAndOff('upstream.no-cache', async (service) => {
      await trial.crs.reset();
      for (let i = 0; i < 3; i++) await get(service, TREND);
      return (await trial.crs.counts()).calls;
    });
    assert.deepEqual(counts.on, { login: { [trial.crs.adminUser]: 1 }, trend: { 7: 3 } });
    assert.deepEqual(counts.off, { login: { [trial.crs.adminUser]: 1 }, trend: { 7: 1 } });
  });

  test('[REF-19] upstream.new-connection: a connection for each call, or few for all', async () => {
    const counts = await onAndOff('upstream.new-connection', async (service) => {
      await trial.crs.reset();
      for (let days = 1; days <= 10; days++) await get(service, `/api/v1/stats/trend?days=${days}`);
      const { connections } = await trial.crs.counts();
      return {
        calls: service.counters.get('upstreamCalls'),
        own: service.counters.get('upstreamConnects'),
        connections,
      };
    });
    assert.deepEqual(counts.on, { calls: 11, own: 11, connections: 11 });
    // A second one, when a call begins in the very moment in which the one before it ends.
    assert.ok(counts.off.connections <= 2, `${counts.off.connections} connections`);
    assert.deepEqual([counts.off.calls, counts.off.own], [11, counts.off.connections]);
  });

  test('[REF-20] upstream.no-single-flight: twenty who ask at once make twenty calls, or share one', async () => {
    const counts = await onAndOff('upstream.no-single-flight', async (service) => {
      await get(service, '/api/v1/stats/dashboard');
      await trial.crs.reset();
      await Promise.all(Array.from({ length: 20 }, () => get(service, TREND)));
      return (await trial.crs.counts()).calls;
    });
    assert.deepEqual(counts, { on: { trend: { 7: 20 } }, off: { trend: { 7: 1 } } });
  });
});

/** The same work on a database of its own, with every statement explained. */
async function explained(switches: string, work: (queryable: Queryable) => Promise<unknown>) {
  const options = { size: 1, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
  const database = new Database({ url: await trial.createDatabase(switches), ...options }, new Counters());
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

  test('[REF-16] db.no-totals: the service reads the totals where they are kept, unless the switch is on', async () => {
    const total = async (switches: string): Promise<number> => {
      const url = await trial.createDatabase(switches);
      await withClient(url, (client) => client.query('UPDATE signal_totals SET total = 0'));
      await using service = await trial.open(switches, { env: { DATABASE_URL: url } });
      const answer = await service.app.inject({ url: '/api/v1/signals/statistics/summary', headers: whale });
      return answer.json<{ total: number }>().total;
    };
    assert.deepEqual([await total('db.no-totals'), await total('optimised')], [1_000, 0]);
  });
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
  const options = { size: 1, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
  const database = new Database({ url: await trial.createDatabase('optimised'), ...options }, new Counters());
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

const NO_FILTER = {
  ...{ name: undefined, status: undefined, keyId: undefined },
  ...{ minTokens: undefined, maxTokens: undefined, minRequests: undefined, maxRequests: undefined },
  ...{ lastUsedAfter: undefined, lastUsedBefore: undefined, period: undefined },
};

describe('the list of switches', () => {
  test('[REF-5] the switches are these, each with what it does', () => {
    assert.deepEqual(
      SWITCHES.map((row) => row.id),
      [
        'auth.hash-on-loop',
        'auth.hash-on-libuv',
        'auth.hash-pool-1',
        'auth.db-per-request',
        'db.pool-of-2',
        'db.pool-of-10',
        'db.pg-connect-per-request',
        'db.parse-per-query',
        'db.no-index',
        'db.key-indexes-only',
        'db.no-totals',
        'db.offset-paging',
        'db.n-plus-one',
        'db.aggregate-in-app',
        'cache.none',
        'upstream.no-cache',
        'upstream.new-connection',
        'upstream.no-single-flight',
        'upstream.serial',
        'export.buffered',
        'log.sync',
      ],
    );
    assert.ok(SWITCHES.every((row) => row.does.length > 20));
  });

  test('[REF-6] origin is every switch that a system shows before its optimisation, and no other', () => {
    const shown = SWITCHES.filter((row) => row.evidence.length > 0).map((row) => row.id);
    assert.deepEqual([...parseSwitches('origin')], shown);
    assert.deepEqual([...ORIGIN_PRESET], shown);
    assert.ok(!parseSwitches('origin').has('db.pool-of-2'));
    assert.ok(!parseSwitches('origin').has('upstream.new-connection'));
  });

  test('[REF-6] typical keeps set-based SQL, connections to the upstream and the event loop free', () => {
    const typical = parseSwitches('typical');
    assert.ok(typical.has('auth.hash-on-libuv') && typical.has('db.pool-of-10') && typical.has('db.key-indexes-only'));
    for (const id of ['auth.hash-on-loop', 'db.aggregate-in-app', 'upstream.new-connection'] as const) {
      assert.ok(!typical.has(id), id);
    }
  });

  test('[REF-8] two switches for the same place are refused, and both are named', () => {
    for (const group of EXCLUSIVE_SWITCHES) {
      for (const [index, first] of group.entries()) {
        for (const second of group.slice(index + 1)) {
          assert.throws(() => parseSwitches(`${second},cache.none,${first}`), {
            code: 'MILLRACE_REFERENCE_SWITCHES_EXCLUDE',
            context: { first, second },
          });
        }
      }
    }
  });

  test('[REF-7] optimised is none; a comma list is those it names; another word is refused', () => {
    assert.equal(parseSwitches('optimised').size, 0);
    assert.equal(parseSwitches(undefined).size, 0);
    assert.deepEqual([...parseSwitches(' cache.none, db.no-index ,')], ['cache.none', 'db.no-index']);
    assert.throws(() => parseSwitches('cache.none,cache.all'), { code: 'MILLRACE_REFERENCE_SWITCH_UNKNOWN' });
  });
});
