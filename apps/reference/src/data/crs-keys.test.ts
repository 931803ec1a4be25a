import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crsKeysByUser } from './crs-keys.ts';
import { createDataSet } from './data-set.ts';
import { allPasswords, usernameOf } from './identity.ts';
import { PROFILES, REFERENCE_NOW } from './profile.ts';

/** The keys of a data set by login name, as its rows say. */
function keysInRows(profile: 'tiny' | 'small', seed: number): ReadonlyMap<string, unknown[]> {
  const passwordHashes = new Map(allPasswords().map((password) => [password, '']));
  const instants = { referenceNow: REFERENCE_NOW, loadedAt: REFERENCE_NOW };
  const tables = createDataSet({ profile: PROFILES[profile], seed, ...instants, passwordHashes });
  const { columns, rows } = tables.find(({ table }) => table === 'api_keys') ?? assert.fail('no table of keys');
  const [idAt, ownerAt, nameAt] = ['id', 'user_id', 'crs_key_id'].map((name) => columns.indexOf(name)) as number[];
  const keys = Array.from(rows, (row) => ({ id: row[idAt as number], owner: row[ownerAt as number], row }));
  const byOwner = Map.groupBy(keys.reverse(), ({ owner }) => usernameOf(Number(owner)));
  const shown = ([user, own]: [string, typeof keys]): [string, unknown[]] => [
    user,
    own.map(({ id, row }) => ({ id, crsKeyId: row[nameAt as number] })),
  ];
  return new Map(Array.from(byOwner, shown));
}

test('[DATA-19] the keys by user are those of the rows, the newest first', () => {
  for (const [profile, seed] of [
    ['tiny', 1],
    ['tiny', 7],
    ['small', 2],
  ] as const) {
    assert.deepEqual(crsKeysByUser(profile, seed), keysInRows(profile, seed));
  }
  assert.notDeepEqual(crsKeysByUser('tiny', 1), crsKeysByUser('tiny', 7));
});
