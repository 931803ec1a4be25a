import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenOf } from './token-set.ts';

test('[BENCH-26] one request of a hundred brings a token that none brought before, the others the known ones in turn', () => {
  const asked = Array.from({ length: 10_000 }, (_, request) => tokenOf(request, 500, 100));
  const fresh = asked.filter((place) => place >= 500);
  assert.equal(fresh.length, 100);
  assert.equal(new Set(fresh).size, 100);
  const counts = Map.groupBy(asked, (place) => place);
  const known = Array.from({ length: 500 }, (_, place) => counts.get(place)?.length ?? 0);
  assert.ok(
    known.every((count) => count >= 10),
    `${known.filter((count) => count < 10).length} come seldom`,
  );
});
