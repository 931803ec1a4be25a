import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDataSet } from './data-set.ts';
import { PROFILES, REFERENCE_NOW } from './profile.ts';

test('[DATA-6] the full profile has the rows it names, each made and let go', () => {
  const profile = PROFILES.full;
  const instants = { referenceNow: REFERENCE_NOW, loadedAt: REFERENCE_NOW };
  const tables = createDataSet({ profile, seed: 1, ...instants, passwordHashes: new Map() });
  const counts = new Map<string, number>();
  for (const { table, rows, lastId } of tables) {
    let count = 0;
    for (const _ of rows) count++;
    counts.set(table, count);
    if (lastId !== undefined) assert.equal(count, lastId, table);
  }
  assert.equal(counts.get('signals'), 2_000_000);
  assert.equal(counts.get('usage_records'), 2_000_000);
  assert.equal(counts.get('agent_activities'), 1_000_000);
  assert.deepEqual([counts.get('files'), counts.get('projects'), counts.get('users')], [100_000, 10_000, 5_000]);
});
