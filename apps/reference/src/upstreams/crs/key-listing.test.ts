import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crsKeysByUser, usernameOf, WHALE_USER } from '../../data/index.ts';
import { createKeyListing, type KeyListing } from './key-listing.ts';

function idsOf(listing: KeyListing, user: string): string[] {
  return (listing(user) as { keys: { id: string }[] }).keys.map((key) => key.id);
}

test('[CRS-19] a listing has the keys of the data set by name, less every thirteenth', () => {
  const listing = createKeyListing({ profile: 'tiny', seed: 7 });
  const all = crsKeysByUser('tiny', 7);
  assert.ok(all.size > 20);
  for (const [user, keys] of all) {
    const expected = keys.filter(({ id }) => id % 13 !== 0).map(({ crsKeyId }) => crsKeyId);
    assert.deepEqual(idsOf(listing, user), expected);
  }
  assert.equal(idsOf(listing, usernameOf(WHALE_USER)).length, 37);
  assert.deepEqual(listing('nobody'), { user: 'nobody', keys: [] });
});

test('[CRS-19] a long listing ends after the 200 newest keys', () => {
  const whale = usernameOf(WHALE_USER);
  const ids = idsOf(createKeyListing({ profile: 'small', seed: 1 }), whale);
  assert.equal(ids.length, 200);
  assert.equal(ids[0], 'crs_04996');
  assert.deepEqual(ids, ids.toSorted().reverse());
});
