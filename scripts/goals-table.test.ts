import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GoalResult, goalsTable } from './goals-table.ts';

const ROW: GoalResult = {
  ...{ goal: 'load.a', what: 'a thing', unit: 'ms', value: 5, spread: null, peer: null, peerVersion: null },
  ...{ target: '< 10', met: null },
};
const lastCell = (row: GoalResult, language: 'en' | 'zh-CN'): string | undefined =>
  goalsTable([row], language).split('\n').at(-1)?.split('|').at(-2)?.trim();

test('a figure of an invalid run says so with its first reason, and neither meets nor misses', () => {
  const invalid = 'round 1: the loop was 40 ms late; 12 were unsent';
  assert.equal(lastCell({ ...ROW, invalid }, 'en'), '**invalid**: round 1: the loop was 40 ms late');
  assert.equal(lastCell({ ...ROW, invalid }, 'zh-CN'), '**无效**：round 1: the loop was 40 ms late');
  assert.equal(lastCell({ ...ROW, met: true }, 'en'), 'met');
  assert.equal(lastCell({ ...ROW, value: null, skipped: 'no wrk', invalid }, 'en'), 'skipped');
});

test('which figure it is, and of how many, stands behind it in both languages', () => {
  const row = { ...ROW, reading: { kind: 'slowest', samples: 57 } } as const;
  assert.match(goalsTable([row], 'en'), /\| 5 ms, slowest of 57 \|/);
  assert.match(goalsTable([row], 'zh-CN'), /\| 5 ms，57 个样本中最慢 \|/);
});
