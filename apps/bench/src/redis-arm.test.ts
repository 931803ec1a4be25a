import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure, ProofResult } from '@millrace/load/prove';
import { readRedis } from './redis-arm.ts';
import { REDIS } from './redis-goals.ts';

const figure = (value: number): Figure => ({ value, spread: null, samples: 1_000, needed: 1 }) as unknown as Figure;
const side = (ms: number) => ({ response: { meanMs: figure(ms), p95Ms: figure(2 * ms), p99Ms: figure(3 * ms) } });
const row = (id: string) => ({ id, phase: id.split('.')[0], stream: id.split('.')[0], arms: [side(10), side(1)] });

const RESULT = {
  arms: [{ id: 'redis' }, { id: 'optimised' }],
  rows: ['mix', 'tokens', 'portal.keys'].map(row),
  costs: ['mix', 'tokens'].map((phase) => {
    return { id: 'cpu', phase, arms: phase === 'tokens' ? [figure(0.5), figure(0.4)] : [figure(7), figure(7)] };
  }),
  validity: { invalid: [{ round: 1, arm: 'optimised', phase: 'mix', stream: 'mix', reasons: [] }] },
} as unknown as ProofResult;

test('[BENCH-22] each figure with Redis stands beside that of memory alone, by the arms of one proof', () => {
  const read = new Map(readRedis(RESULT).map((each) => [each.goal, each]));
  assert.deepEqual([...read.keys()].toSorted(), REDIS.map(({ id }) => `reference.${id}`).toSorted());
  const figureOf = (goal: string) => read.get(`reference.redis.${goal}`)?.value;
  assert.deepEqual([figureOf('mix.mean'), figureOf('mix.mean.off')], [10, 1]);
  assert.deepEqual([figureOf('tokens.p99'), figureOf('tokens.p99.off')], [30, 3]);
  assert.deepEqual([figureOf('tokens.cpu'), figureOf('tokens.cpu.off')], [0.5, 0.4]);
  const marked = [...read.values()].filter(({ invalid }) => invalid !== undefined).map(({ goal }) => goal);
  assert.deepEqual(marked, ['reference.redis.mix.mean.off', 'reference.redis.mix.p95.off']);
});
