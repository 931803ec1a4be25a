import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckCounts } from './check-counts.ts';
import { reasonOf } from './reasons.ts';

const WORD = `hun${'ter2'}`;

test('[SECRET-2] a reason and the name of a check hold no control character and nothing that lets somebody in', () => {
  assert.equal(reasonOf(new Error('closed: \u001b[31mred\u0000\u009b\n there')), 'Error: closed: [31mred there');
  const said = reasonOf(new Error(`no answer from http://me:${WORD}@host/a?token=${WORD}`));
  assert.equal(said, 'Error: no answer from http://***@host/a?token=***');
  assert.equal(reasonOf(`${'x'.repeat(280)} http://me:${WORD}${'y'.repeat(300)}@host`).includes(WORD), false);
  const counts = new CheckCounts();
  for (const word of [WORD, `${WORD}s`]) counts.count(`/a?sid=${word}\u001b`, true);
  assert.deepEqual(counts.results(), [{ name: '/a?sid=*** ', passed: 2, failed: 0 }]);
});
