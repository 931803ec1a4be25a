import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GOAL_TEXTS_ZH_CN, GOAL_UNITS_ZH_CN } from './goal-texts-zh-cn.ts';
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

test('a figure that is only a bound is shown as one, and says where it cannot tell', () => {
  const row = { ...ROW, bound: 'at-least' } as const;
  assert.match(goalsTable([row], 'en'), /\| ≥ 5 ms \| < 10 \| cannot tell \|/);
  assert.match(goalsTable([row], 'zh-CN'), /\| ≥ 5 ms \| < 10 \| 无法判断 \|/);
  assert.equal(lastCell({ ...row, target: null }, 'en'), '');
});

test('which figure it is, and of how many, stands behind it in both languages', () => {
  const row = { ...ROW, reading: { kind: 'slowest', samples: 57 } } as const;
  assert.match(goalsTable([row], 'en'), /\| 5 ms, slowest of 57 \|/);
  assert.match(goalsTable([row], 'zh-CN'), /\| 5 ms，57 个样本中最慢 \|/);
});

test('a goal, its unit and why it was skipped stand in the language of the README', () => {
  const row = { ...ROW, goal: 'reference.upstream.calls', unit: 'calls' };
  assert.match(goalsTable([row], 'zh-CN'), /\| 100 个读者同时读取时，[^|]* \| 5 次调用 \|/);
  assert.match(goalsTable([row], 'en'), /\| a thing \| 5 calls \|/);
  const skipped = { ...ROW, value: null, skipped: 'no round gave a value' };
  assert.match(goalsTable([skipped], 'zh-CN'), /跳过：没有任何轮次测得该值/);
  assert.match(goalsTable([{ ...skipped, skipped: 'no wrk' }], 'zh-CN'), /跳过：no wrk/);
});

test('every goal of the committed results has a Chinese text, and every unit that is a word', () => {
  const rows = ['reference', 'load', 'cache', 'faults'].flatMap((area) => {
    const file = new URL(`../apps/bench/results/${area}.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')) as GoalResult[];
  });
  for (const { goal, target, unit, what } of rows.filter(
    (row) => row.target !== null || !row.goal.includes('.fault.'),
  )) {
    assert.ok(goal in GOAL_TEXTS_ZH_CN, goal);
    assert.ok(unit in GOAL_UNITS_ZH_CN || /^(?:%|ms|s|ns|MB)$/.test(unit), `${goal}, ${target}: ${unit}`);
    assert.doesNotMatch(what, /baseline/, 'an arm is named as the table names it');
  }
});
