import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { loadProfile } from './load-profile.ts';
import { createTotals, dropTotals } from './schema.ts';

const WRITERS = 4;
const SIGNALS_EACH = 40;

/** What differs between the totals kept and the signals added up. */
const DIFFERENCE = `
  WITH added_up AS (
    SELECT user_id, pair, action, strength_level, count(*) AS total,
      sum(floor(signal_strength * 1e6::float8)) AS strength_sum, count(profit_ratio) AS profit_count,
      coalesce(sum(floor(profit_ratio * 1e6::float8)), 0) AS profit_sum, max(created_at) AS last_at
    FROM signals GROUP BY 1, 2, 3, 4
  )
  (TABLE added_up EXCEPT TABLE signal_totals) UNION ALL (TABLE signal_totals EXCEPT TABLE added_up)`;

let server: PostgresServer;
let url: string;
before(async () => {
  server = await startPostgres();
  url = await server.createDatabase('totals');
  await loadProfile(url, 'tiny', { seed: 1, indexes: 'all' });
});
after(() => server?.close());

const ask = async (sql: string) => (await withClient(url, (client) => client.query(sql))).rows;

test('[DATA-22] the totals are those of the loaded signals', async () => {
  const [kept] = await ask('SELECT sum(total)::int AS total FROM signal_totals');
  assert.deepEqual(kept, { total: 5_000 });
  assert.deepEqual(await ask(DIFFERENCE), []);
});

test('[DATA-22] signals that many add at once are counted, with and without a profit, in old groups and new ones', async () => {
  const write = (writer: number): Promise<void> =>
    withClient(url, async (client) => {
      for (let i = 0; i < SIGNALS_EACH; i++) {
        await client.query(
          `INSERT INTO signals (strategy_id, user_id, pair, action, signal_strength, strength_level, current_rate, profit_ratio)
           SELECT id, user_id, $1, 'buy', $2, 'weak', 1, $3 FROM strategies WHERE id = 1`,
          [i % 2 === 0 ? 'BTC/USDT' : 'NEW/PAIR', (i * 0.7 + writer * 0.1) % 1, i % 3 === 0 ? null : -0.123_456_7],
        );
      }
    });
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  const [kept] = await ask('SELECT sum(total)::int AS total FROM signal_totals');
  assert.deepEqual(kept, { total: 5_000 + WRITERS * SIGNALS_EACH });
  assert.deepEqual(await ask(DIFFERENCE), []);
});

test('[DATA-22] where totals are kept signals are neither changed nor removed', async () => {
  for (const sql of ['UPDATE signals SET action = action', 'DELETE FROM signals', 'TRUNCATE signals']) {
    await assert.rejects(ask(sql), { code: '55000', message: /signals are only added/ }, sql);
  }
});

const ONE_MORE = `INSERT INTO signals (strategy_id, user_id, pair, action, signal_strength, strength_level, current_rate)
  SELECT id, user_id, 'NEW/PAIR', 'buy', 0.5, 'weak', 1 FROM strategies WHERE id = 1`;

/** Until so many wait for the signals that others have locked. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = `SELECT FROM pg_locks WHERE relation = 'signals'::regclass AND NOT granted`;
  while ((await ask(waiting)).length < count) await setTimeout(5);
}

test('[DATA-22] totals wait for a signal that is under way, and a signal for totals: both are counted', async () => {
  await withClient(url, dropTotals);
  await withClient(url, async (writer) => {
    await writer.query('BEGIN');
    await writer.query(ONE_MORE);
    const made = withClient(url, createTotals);
    await untilWaiting(1);
    const added = ask(ONE_MORE);
    await untilWaiting(2);
    await writer.query('COMMIT');
    await Promise.all([made, added]);
  });
  assert.deepEqual(await ask(DIFFERENCE), []);
});

test('[DATA-22] totals that cannot be made are not there at all, and once taken away can be counted anew', async () => {
  await withClient(url, async (client) => {
    await dropTotals(client);
    await client.query('CREATE VIEW signal_totals AS SELECT 1');
    await assert.rejects(createTotals(client), { code: '42P07' });
    await client.query('DROP VIEW signal_totals');
    const triggers = await client.query(`SELECT FROM pg_trigger WHERE tgname LIKE 'signals_%'`);
    assert.equal(triggers.rowCount, 0);
    await client.query('DELETE FROM signals WHERE id % 2 = 0');
    await dropTotals(client);
    await createTotals(client);
  });
  assert.deepEqual(await ask(DIFFERENCE), []);
});
