import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPostgres } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { prepareTemplates } from './templates.ts';

const TABLES = ['users', 'sessions', 'strategies', 'signals', 'api_keys', 'usage_records'];

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

test('[DATA-18] clones of the two templates have the same rows in the same places, and differ by the indexes', async () => {
  await using server = await startPostgres();
  const { indexed, plain } = await prepareTemplates(server, 'tiny', 1);
  const [withIndexes, without] = await Promise.all([
    server.createDatabase('with_indexes', { template: indexed }).then(contentsOf),
    server.createDatabase('without', { template: plain }).then(contentsOf),
  ]);
  assert.deepEqual(withIndexes.rows, without.rows);
  const added = withIndexes.indexes.filter((name) => !without.indexes.includes(name));
  assert.equal(added.length, 7);
  assert.equal(withIndexes.indexes.length, without.indexes.length + added.length);
});
