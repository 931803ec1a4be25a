import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '../result/index.ts';
import { withWords } from './part-words.ts';

test('[LOAD-151] checks and reasons for which a full worker has no room go with the rest', () => {
  const check = (name: string, passed: number) => ({ name, passed, failed: 1 });
  const parts = [
    {
      checks: [check('common', 1), check('left', 2), check('other checks', 3)],
      reasons: {
        flow: [
          { reason: 'common', count: 1 },
          { reason: 'other reasons', count: 2 },
        ],
      },
    },
    {
      checks: [check('common', 1), check('right', 4)],
      reasons: {
        flow: [
          { reason: 'right', count: 4 },
          { reason: 'common', count: 1 },
        ],
      },
    },
  ];
  for (const order of [parts, parts.toReversed()]) {
    const { checks = [], flows } = withWords(
      { flows: { flow: {} }, remarks: [] } as unknown as LoadResult,
      order.map((words) => ({ words, end: 'done', silentMs: 0 })),
    );
    const counts = Object.fromEntries(checks.map(({ name, passed, failed }) => [name, [passed, failed]]));
    assert.deepEqual(counts, { common: [2, 2], left: [2, 1], 'other checks': [7, 2] });
    const reasons = Object.fromEntries((flows?.flow?.reasons ?? []).map(({ reason, count }) => [reason, count]));
    assert.deepEqual(reasons, { common: 2, 'other reasons': 6 });
  }
});
