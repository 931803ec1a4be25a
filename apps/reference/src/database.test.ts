import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DatabaseError } from 'pg';
import { createPool, type Loan } from './connections.ts';
import { Counters } from './counters.ts';
import { Database } from './database.ts';
import { createSteadyPool, prepareStatements } from './optimised/index.ts';
import { ConnectionBroke } from './problem.ts';
import { startTrial, type Trial } from './trial.ts';

let trial: Trial;
let url: string;
before(async () => {
  trial = await startTrial();
  url = await trial.createDatabase('optimised');
});
after(() => trial?.[Symbol.asyncDispose]());

const createPreparingPool: typeof createPool = (options, counters) =>
  prepareStatements(createSteadyPool(options, counters), counters);

/** Runs `work` on each kind of pool. */
async function withDatabase(
  work: (database: Database, counters: Counters) => Promise<void>,
  change: { readonly size?: number; readonly acquireTimeoutMs?: number; readonly statementTimeoutMs?: number } = {},
): Promise<void> {
  const options = { url, size: 2, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000, ...change };
  for (const connect of [createPool, createSteadyPool, createPreparingPool]) {
    const counters = new Counters();
    const database = new Database(options, counters, connect(options, counters));
    try {
      await work(database, counters);
    } finally {
      await database.close();
    }
  }
}

test('[REF-90] an SQL error costs the statement, not the connection', async () => {
  await withDatabase(async (database, counters) => {
    for (let i = 0; i < 5; i++) await assert.rejects(database.query('SELECT 1 / 0'), { code: '22012' });
    for (const code of ['42703', '42703']) {
      await assert.rejects(database.query('SELECT nothing FROM users WHERE id = $1', [1]), { code });
    }
    for (const divisor of [0, 1, 0]) {
      const divided = database.query('SELECT 1 / $1::int AS one', [divisor]);
      if (divisor === 0) await assert.rejects(divided, { code: '22012' });
      else assert.deepEqual(await divided, [{ one: 1 }]);
    }
    assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
    assert.deepEqual([counters.get('dbConnects'), counters.get('dbQueries')], [1, 11]);
  });
});

test('[REF-85] what a pooler says of its own broken connection costs the connection, and is a 503', async () => {
  const said = Object.assign(new DatabaseError('server conn crashed?', 0, 'error'), { code: '08P01' });
  const released: unknown[] = [];
  const loan = {
    on() {},
    off() {},
    query: () => Promise.reject(said),
    release: (broken: unknown) => released.push(broken),
  };
  const options = { url, size: 1, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 };
  const connections = { lend: async () => loan as unknown as Loan, close: async () => {} };
  await assert.rejects(new Database(options, new Counters(), connections).query('SELECT 1'), ConnectionBroke);
  assert.deepEqual(released, [said]);
  const refusing = { ...connections, lend: () => Promise.reject(said) };
  await assert.rejects(new Database(options, new Counters(), refusing).query('SELECT 1'), { status: 503 });
});

test('[REF-91] a transaction that fails leaves nothing behind, and its connection stays', async () => {
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
    assert.equal(counters.get('dbConnects'), 1);
  });
});

test('[REF-92] when no connection becomes free in time, the request is told to come again', async () => {
  await withDatabase(
    (database) =>
      database.transaction(async () => {
        await assert.rejects(database.query('SELECT 1'), { status: 503, headers: { 'retry-after': '1' } });
      }),
    // The time that a pool may take to connect, too.
    { size: 1, acquireTimeoutMs: 500 },
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

/** Ends a connection from another one, and waits until the server has let go of it. */
async function endBackend(database: Database, pid: number): Promise<void> {
  await database.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
}

const OWN_PID = 'SELECT pg_backend_pid() AS pid';

test('[REF-94] a connection that breaks during a statement of a transaction rejects with what the server said', async () => {
  await withDatabase(async (database) => {
    const broken = database.transaction(async (work) => {
      await work.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await assert.rejects(broken, { code: '57P01' });
    assert.deepEqual(await database.query('SELECT 2 AS two'), [{ two: 2 }]);
  });
});

test('[REF-94] a connection that breaks between two statements of a transaction hides no error of the work', async () => {
  await withDatabase(async (database, counters) => {
    const broken = database.transaction(async (work) => {
      const [own] = await work.query<{ pid: number }>(OWN_PID);
      await endBackend(database, own?.pid ?? 0);
      throw new TypeError('on purpose');
    });
    await assert.rejects(broken, { name: 'TypeError', message: 'on purpose' });
    assert.deepEqual(await database.query('SELECT 2 AS two'), [{ two: 2 }]);
    assert.equal(counters.get('dbConnects'), 2);
  });
});

test('[REF-94] a connection that has broken serves no further statement, and its transaction rejects', async () => {
  await withDatabase(async (database) => {
    const broken = database.transaction(async (work) => {
      const [own] = await work.query<{ pid: number }>(OWN_PID);
      await endBackend(database, own?.pid ?? 0);
      await work.query('SELECT 1');
    });
    await assert.rejects(broken);
    assert.deepEqual(await database.query('SELECT 2 AS two'), [{ two: 2 }]);
  });
});

test('[REF-96] a statement that takes too long is given up and its connection stays', async () => {
  await withDatabase(
    async (database, counters) => {
      await assert.rejects(database.query('SELECT pg_sleep(10)'), { code: '57014' });
      assert.deepEqual(await database.query('SELECT 2 AS two'), [{ two: 2 }]);
      assert.equal(counters.get('dbConnects'), 1);
    },
    { statementTimeoutMs: 50 },
  );
});

test('[REF-96] a server that does not give up either is not waited for, and the connection is replaced', async () => {
  await withDatabase(
    async (database, counters) => {
      const silent = database.transaction(async (work) => {
        await work.query('SET LOCAL statement_timeout = 0');
        await work.query('SELECT pg_sleep(10)');
      });
      await assert.rejects(silent, ({ status, cause }) => status === 503 && /timeout/.test(cause.message));
      assert.deepEqual(await database.query('SELECT 2 AS two'), [{ two: 2 }]);
      assert.equal(counters.get('dbConnects'), 2);
    },
    { size: 1, statementTimeoutMs: 50 },
  );
});
