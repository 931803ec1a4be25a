import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProofResult } from '@millrace/load/prove';
import { Histogram } from 'millrace/core';
import { readBurst, readIdentity } from './reference.ts';

/** A result without figures in which one run of `arm` is invalid. */
function spoiled(arm: string, phase: string, stream: string): ProofResult {
  const reasons = [{ code: 'loop-late', values: { ms: 40, boundMs: 10 } }];
  return { rounds: [], validity: { invalid: [{ round: 2, arm, phase, stream, reasons }] } } as unknown as ProofResult;
}

const isInvalid = ({ invalid }: { readonly invalid?: string }): boolean => invalid?.startsWith('round 2: ') ?? false;

test('[BENCH-5] a spoiled burst of logins marks the figures of its arm', () => {
  const marks = readBurst(spoiled('optimised', 'burst', 'logins')).map((each) => [
    each.goal.split('.').at(-1),
    isInvalid(each),
  ]);
  assert.deepEqual(marks, [
    ['baseline', false],
    ['baseline', false],
    ['optimised', true],
    ['optimised', true],
  ]);
  assert.ok(!readBurst(spoiled('optimised', 'burst', 'probes')).some(isInvalid));
});

/** A result whose bursts of logins on `optimised` took these milliseconds. */
function burst(rounds: readonly (readonly number[])[]): ProofResult {
  const streamOf = (timesMs: readonly number[]) => {
    const times = new Histogram();
    for (const ms of timesMs) times.record(ms * 1_000);
    const total = { statuses: { 200: timesMs.length }, responseTimeUs: times.snapshot() };
    return { id: 'logins', result: { total, arrivals: { durationMs: 1_000 }, drainMs: 0 } };
  };
  const runs = rounds.map((times) => ({ arm: 'optimised', phases: [{ id: 'burst', streams: [streamOf(times)] }] }));
  return { rounds: runs, validity: { invalid: [] } } as unknown as ProofResult;
}

const longestLogin = (result: ProofResult) => readBurst(result).find(({ goal }) => goal.endsWith('worst.optimised'));

test('[BENCH-8] of few logins the slowest is shown with their number, of a thousand the P99', () => {
  const few = longestLogin(burst([[5, 80], [90], []]));
  assert.deepEqual([few?.value, few?.spread, few?.reading], [90, [80, 90], { kind: 'slowest', samples: 3 }]);
  const many = longestLogin(burst([new Array(999).fill(10), [10, ...new Array(9).fill(50), 700]]));
  assert.deepEqual(many?.reading, { kind: 'p99', samples: 1_010 });
  assert.ok(Math.abs((many?.value ?? 0) - 10) < 0.1, `${many?.value}`);
  const none = longestLogin(burst([[]]));
  assert.deepEqual([none?.value, none?.reading], [null, undefined]);
});

test('[BENCH-5] a spoiled mix of tokens marks what was counted of identities', () => {
  assert.ok(readIdentity(spoiled('optimised', 'tokens', 'mix')).every(isInvalid));
  assert.ok(!readIdentity(spoiled('origin', 'tokens', 'mix')).some(isInvalid));
});
