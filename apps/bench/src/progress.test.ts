import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress, describeSeconds } from './progress.ts';

test('[BENCH-14] each part is told when it begins and when it ends, with its place among all and the time it took', async () => {
  const lines: string[] = [];
  const { part } = createProgress(2, (line) => lines.push(line));
  const measured = await part('load.a', () => {
    assert.deepEqual(lines, ['[1/2] load.a …']);
    return 7;
  });
  assert.equal(measured, 7);
  const broken = new Error('no descriptor left');
  await assert.rejects(
    part('load.b', () => Promise.reject(broken)),
    broken,
  );
  const [, took, begun, failed] = lines;
  assert.match(took ?? '', /^\[1\/2\] load\.a: took \d\.\d s$/);
  assert.equal(begun, '[2/2] load.b …');
  assert.match(failed ?? '', /^\[2\/2\] load\.b: failed after \d\.\d s$/);
});

test('[BENCH-14] a time is told as exactly as it matters', () => {
  assert.deepEqual([412, 9_960, 59_400, 59_600, 252_000].map(describeSeconds), [
    '0.4 s',
    '10 s',
    '59 s',
    '1 min 0 s',
    '4 min 12 s',
  ]);
});
