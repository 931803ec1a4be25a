import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPostgres } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { cloneDatabase, prepareTemplates } from './templates.ts';

const TABLES = [
  ...['users', 'sessions', 'strategies', 'signals', 'api_keys', 'usage_records'],
  ...['projects', 'files', 'file_versions', 'agent_activities'],
];

interface Contents {
  readonly rows: readonly string[];
  readonly indexes: readonly string[];
  readonly totals: boolean;
}

function contentsOf(url: string): Promise<Contents> {
  return withClient(url, async (client) => {
    const rows: string[] = [];
    for (const table of TABLES) {
      const sum = await client.query(`SELECT md5(string_agg(t::text, '|' ORDER BY t.ctid)) AS sum FROM ${table} t`);
      rows.push(`${table} ${sum.rows[0].sum}`);
    }
    const found = await client.query(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`);
    const names: string[] = found.rows.map((row) => row.indexname);
    const indexes = names.filter((name) => name !== 'signal_totals_pkey');
    return { rows, indexes, totals: indexes.length < names.length };
  });
}

test('[DATA-18] clones have the same rows in the same places, and differ by the indexes and totals alone', async () => {
  await using server = await startPostgres();
  const templates = await prepareTemplates(server, 'tiny', 1);
  let clones = 0;
  const contents = async (...switches: string[]): Promise<Contents> =>
    contentsOf(await cloneDatabase(server, templates, { name: `clone_${++clones}`, switches: new Set(switches) }));
  const without = await contents('db.no-index', 'cache.none');
  assert.equal(without.totals, true);
  for (const [some, count, taken] of [
    [await contents('db.key-indexes-only'), 6, 2],
    [await contents('cache.none'), 11, 4],
  ] as const) {
    assert.deepEqual(some.rows, without.rows);
    assert.equal(some.totals, true);
    const added = some.indexes.filter((name) => !without.indexes.includes(name));
    assert.equal(added.length, count);
    assert.equal(some.indexes.length, without.indexes.length + count - taken);
  }
  assert.deepEqual(await contents('db.no-index', 'db.no-totals'), { ...without, totals: false });
});
