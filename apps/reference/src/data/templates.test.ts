import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPostgres } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { prepareTemplates, templateOf } from './templates.ts';

const TABLES = [
  ...['users', 'sessions', 'strategies', 'signals', 'api_keys', 'usage_records'],
  ...['projects', 'files', 'file_versions', 'agent_activities'],
];

interface Contents {
  readonly rows: readonly string[];
  readonly indexes: readonly string[];
}

function contentsOf(url: string): Promise<Contents> {
  return withClient(url, async (client) => {
    const rows: string[] = [];
    for (const table of TABLES) {
      const sum = await client.query(`SELECT md5(string_agg(t::text, '|' ORDER BY t.ctid)) AS sum FROM ${table} t`);
      rows.push(`${table} ${sum.rows[0].sum}`);
    }
    const found = await client.query(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`);
    return { rows, indexes: found.rows.map((row) => row.indexname) };
  });
}

test('[DATA-18] clones of the templates have the same rows in the same places, and differ by the indexes and totals', async () => {
  await using server = await startPostgres();
  const templates = await prepareTemplates(server, 'tiny', 1);
  const contents = async (...switches: string[]): Promise<Contents> => {
    const template = templateOf(templates, new Set(switches));
    return contentsOf(await server.createDatabase(`clone_of_${template}`, { template }));
  };
  const without = await contents('db.no-index', 'cache.none');
  for (const [some, count, taken] of [
    [await contents('db.key-indexes-only'), 6, 0],
    [await contents('cache.none'), 12, 4],
  ] as const) {
    assert.deepEqual(some.rows, without.rows);
    const added = some.indexes.filter((name) => !without.indexes.includes(name));
    assert.equal(added.length, count);
    assert.equal(some.indexes.length, without.indexes.length + count - taken);
  }
});
