import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeStepResults } from './merge.ts';
import { remarksOf } from './service-remark.ts';

const NOTHING = mergeStepResults([]);

test('[LOAD-75] a remark from the first resent request past 1 % of what was sent', () => {
  assert.deepEqual(remarksOf(NOTHING), []);
  assert.deepEqual(remarksOf({ ...NOTHING, sent: 1_000, resent: 10 }), []);
  assert.deepEqual(remarksOf({ ...NOTHING, sent: 1_000, resent: 11 }), [
    { code: 'connections-dropped', values: { count: 11, share: 0.011, boundShare: 0.01 } },
  ]);
});
