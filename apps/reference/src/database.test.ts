import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Counters } from './counters.ts';
import { Database } from './database.ts';
import { startTrial, type Trial } from './trial.ts';

let trial: Trial;
let url: string;
before(async () => {
  trial = await startTrial();
  url = await trial.createDatabase('optimised');
});
after(() => trial?.[Symbol.asyncDispose]());

async function withDatabase(
  work: (database: Database, counters: Counters) => Promise<void>,
  change: { readonly size?: number; readonly acquireTimeoutMs?: number } = {},
): Promise<void> {
  const counters = new Counters();
  const options = { url, size: 2, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000, ...change };
  const database = new Database(options, counters);
  try {
    await work(database, counters);
  } finally {
    await database.close();
  }
}

test('[REF-90] an SQL error costs the statement, not the connection', async () => {
  await withDatabase(async (database, counters) => {
    for (let i = 0; i < 5; i++) await assert.rejects(database.query('SELECT 1 / 0'), { code: '22012' });
    assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
    assert.deepEqual([counters.get('dbConnects'), counters.get('dbQueries')], [1, 6]);
  });
});

test('[REF-91] a transaction that fails leaves nothing behind, and its connection is good', async () => {
  await withDatabase(async (database, counters) => {
    const failing = database.transaction(async (work) => {
      await work.query(`UPDATE users SET email = 'changed@example.test' WHERE id = 1`);
      throw new TypeError('on purpose');
    });
    await assert.rejects(failing, TypeError);
    const [row] = await database.query<{ email: string }>('SELECT email FROM users WHERE id = 1');
    assert.notEqual(row?.email, 'changed@example.test');
    const inside = await database.query<{ busy: boolean }>(
      `SELECT xact_start < statement_timestamp() - interval '1 hour' AS busy FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
    );
    assert.deepEqual(inside, [{ busy: false }]);
    assert.ok(counters.get('dbConnects') <= 2);
  });
});

test('[REF-92] when no connection becomes free in time, the request is told to come again', async () => {
  await withDatabase(
    async (database) => {
      const held = database.query('SELECT pg_sleep(0.5)');
      await assert.rejects(database.query('SELECT 1'), { status: 503, headers: { 'retry-after': '1' } });
      await held;
    },
    { size: 1, acquireTimeoutMs: 50 },
  );
});

test('[REF-93] a connection that the server ends is replaced', async () => {
  await withDatabase(
    async (database, counters) => {
      await assert.rejects(database.query('SELECT pg_terminate_backend(pg_backend_pid())'), { code: '57P01' });
      assert.deepEqual(await database.query('SELECT 2 AS two'), [{ two: 2 }]);
      assert.equal(counters.get('dbConnects'), 2);
    },
    { size: 1 },
  );
});
