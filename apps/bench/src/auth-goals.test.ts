import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authParts } from './auth.ts';
import { AUTH } from './auth-goals.ts';

test('[BENCH-11] every goal of the auth area is measured by one part, in its tier', () => {
  for (const quick of [true, false]) {
    const measured = authParts(quick).flatMap(({ goals }) => goals);
    const wanted = AUTH.filter(({ tier }) => tier === 'quick' || !quick).map(({ id }) => `auth.${id}`);
    assert.deepEqual(measured.toSorted(), wanted.toSorted());
  }
});
