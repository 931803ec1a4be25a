import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPool } from '../connections.ts';
import { Counters } from '../counters.ts';
import { Database } from '../database.ts';
import { startTrial } from '../trial.ts';
import { prepareStatements } from './prepared-statements.ts';

const LIMITS = { size: 1, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
const MAX_STATEMENTS = 500;

test('[REF-34] statements with values are prepared once a connection, up to a bound; the others are not', async () => {
  await using trial = await startTrial();
  const counters = new Counters();
  const options = { ...LIMITS, url: await trial.createDatabase('optimised') };
  const database = new Database(options, counters, prepareStatements(createPool(options, counters), counters));
  const prepared = async (): Promise<string[]> =>
    (await database.query<{ statement: string }>('TABLE pg_prepared_statements')).map((row) => row.statement);
  try {
    for (const id of [1, 2, 3]) {
      const [user] = await database.query<{ id: number }>('SELECT id FROM users WHERE id = $1', [id]);
      assert.equal(user?.id, id);
      await database.query('SELECT count(*) FROM users');
    }
    await database.transaction(async (work) => {
      await work.query('WITH it AS (SELECT $1::int AS one) SELECT one FROM it', [1]);
    });
    for await (const rows of database.batches('SELECT id FROM users WHERE id < $1', [4], { rows: 2 })) assert.ok(rows);
    assert.deepEqual((await prepared()).toSorted(), [
      'SELECT id FROM users WHERE id = $1',
      'WITH it AS (SELECT $1::int AS one) SELECT one FROM it',
    ]);
    for (let i = 0; i < MAX_STATEMENTS + 10; i++) {
      assert.deepEqual(await database.query(`SELECT $1::int + ${i} AS sum`, [1]), [{ sum: 1 + i }]);
    }
    assert.equal((await prepared()).length, MAX_STATEMENTS);
    assert.equal(counters.get('preparedStatements'), MAX_STATEMENTS);
  } finally {
    await database.close();
  }
});
