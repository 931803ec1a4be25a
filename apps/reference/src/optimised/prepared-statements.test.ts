import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPool } from '../connections.ts';
import { Counters } from '../counters.ts';
import { Database } from '../database.ts';
import { startTrial } from '../trial.ts';
import { prepareStatements } from './prepared-statements.ts';

const LIMITS = { size: 1, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
const MAX_STATEMENTS = 500;
/** A statement of which connections hold a name and a plan. */
const PREPARED = 'SELECT * FROM prepared WHERE id = $1';

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
    const [none] = await database.query('/* one of many */ SELECT $1::int + $2 AS sum', [1, 2]);
    assert.deepEqual([none, (await prepared()).length], [{ sum: 3 }, 2]);
    for (let i = 0; i < MAX_STATEMENTS + 10; i++) {
      assert.deepEqual(await database.query(`SELECT $1::int + ${i} AS sum`, [1]), [{ sum: 1 + i }]);
    }
    assert.equal((await prepared()).length, MAX_STATEMENTS);
    assert.equal(counters.get('preparedStatements'), MAX_STATEMENTS);
  } finally {
    await database.close();
  }
});

test('[REF-88] a statement has the same name in every process, and a connection out of step is replaced', async () => {
  await using trial = await startTrial();
  const options = { ...LIMITS, url: await trial.createDatabase('optimised') };
  const open = (): { database: Database; counters: Counters } => {
    const counters = new Counters();
    const database = new Database(options, counters, prepareStatements(createPool(options, counters), counters));
    return { database, counters };
  };
  const nameIn = async (database: Database): Promise<string | undefined> => {
    const names = await database.query<{ name: string; statement: string }>('TABLE pg_prepared_statements');
    return names.find(({ statement }) => statement === PREPARED)?.name;
  };
  const one = open();
  const other = open();
  try {
    await one.database.query('CREATE TABLE prepared AS SELECT 1 AS id');
    assert.deepEqual(await one.database.query(PREPARED, [1]), [{ id: 1 }]);
    await other.database.query('SELECT $1::int AS first', [1]);
    await other.database.query(PREPARED, [1]);
    assert.equal(typeof (await nameIn(one.database)), 'string');
    assert.equal(await nameIn(one.database), await nameIn(other.database));
    await other.database.query('ALTER TABLE prepared ADD more int');
    await assert.rejects(one.database.query(PREPARED, [1]), { code: '0A000' });
    assert.deepEqual(await one.database.query(PREPARED, [1]), [{ id: 1, more: null }]);
    await one.database.query('DEALLOCATE ALL');
    await assert.rejects(one.database.query(PREPARED, [1]), { code: '26000' });
    await one.database.query('SELECT id FROM prepared WHERE id = $1', [1]);
    await one.database.transaction(async (work) => {
      assert.deepEqual(await work.query(PREPARED, [1]), [{ id: 1, more: null }]);
    });
    assert.equal(one.counters.get('dbConnects'), 3);
  } finally {
    await Promise.all([one.database.close(), other.database.close()]);
  }
});
