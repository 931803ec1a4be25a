import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heyAnswers } from './hey.ts';

const SOUND = 'Summary:\n  Requests/sec:\t1.0\n\nStatus code distribution:\n  [200]\t1000 responses\n';

test('[BENCH-12] hey gives no figure when answers failed, or were more than it counts', () => {
  assert.equal(heyAnswers(SOUND), 1_000);
  assert.throws(() => heyAnswers(`${SOUND}  [503]\t3 responses\n`), /\[503\]\t3 responses/);
  assert.throws(() => heyAnswers(`${SOUND}\nError distribution:\n  [4]\tEOF\n`), /Error distribution:\n {2}\[4\]\tEOF/);
  assert.throws(() => heyAnswers(SOUND.replace('1000', '1000000')), /more answers than it counts/);
  assert.throws(() => heyAnswers('Summary:\n'), /Summary/);
});
