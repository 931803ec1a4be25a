import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure, ProofResult } from '@millrace/load/prove';
import { Histogram } from 'millrace/core';
import { GOALS } from './goals.ts';
import { readBurst, readIdentity, referenceParts } from './reference.ts';

/** A result without figures in which one run of `arm` is invalid. */
function spoiled(arm: string, phase: string, stream: string): ProofResult {
  const reasons = [{ code: 'loop-late', values: { ms: 40, boundMs: 10 } }];
  return {
    rounds: [],
    costs: [],
    validity: { invalid: [{ round: 2, arm, phase, stream, reasons }] },
  } as unknown as ProofResult;
}

const isInvalid = ({ invalid }: { readonly invalid?: string }): boolean => invalid?.startsWith('round 2: ') ?? false;

test('[BENCH-5] a spoiled burst of logins marks the figures of its arm', () => {
  const marks = readBurst(spoiled('optimised', 'burst', 'logins')).map((each) => [
    each.goal.split('.').at(-1),
    isInvalid(each),
  ]);
  assert.deepEqual(marks, [
    ['origin', false],
    ['origin', false],
    ['optimised', true],
    ['optimised', true],
  ]);
  assert.ok(!readBurst(spoiled('optimised', 'burst', 'probes')).some(isInvalid));
});

/** A result whose bursts of logins on `optimised` took these milliseconds, with so many given up in each. */
function burst(rounds: readonly (readonly number[])[], censored = 0): ProofResult {
  const streamOf = (timesMs: readonly number[]) => {
    const times = new Histogram();
    for (const ms of timesMs) times.record(ms * 1_000);
    const total = { statuses: { 200: timesMs.length }, responseTimeUs: times.snapshot(), censored };
    return { id: 'logins', result: { total, arrivals: { durationMs: 1_000 }, drainMs: 0 } };
  };
  const runs = rounds.map((times) => ({ arm: 'optimised', phases: [{ id: 'burst', streams: [streamOf(times)] }] }));
  return { rounds: runs, validity: { invalid: [] } } as unknown as ProofResult;
}

const slowestLogin = (result: ProofResult) => readBurst(result).find(({ goal }) => goal.endsWith('worst.optimised'));

test('[BENCH-8] of a burst the slowest login is shown, and of how many, however many they are', () => {
  const few = slowestLogin(burst([[5, 80], [90], []]));
  assert.deepEqual([few?.value, few?.spread, few?.reading], [90, [80, 90], { kind: 'slowest', samples: 3 }]);
  const many = slowestLogin(burst([new Array(999).fill(10), [10, ...new Array(9).fill(50), 700]]));
  assert.deepEqual([many?.value, many?.reading], [700, { kind: 'slowest', samples: 1_010 }]);
  const none = slowestLogin(burst([[]]));
  assert.deepEqual([none?.value, none?.reading], [null, undefined]);
});

test('[BENCH-8] of a burst with logins that nobody waited for to the end no slowest is known', () => {
  const given = slowestLogin(burst([[5, 80], [90]], 2));
  assert.deepEqual([given?.value, given?.skipped], [null, '4 logins were given up unanswered']);
});

test('[BENCH-8] the time of an identity at hand is read over all rounds, or skipped for too few samples', () => {
  const read = (figure: Partial<Figure>) => {
    const costs = ['portal', 'tokens'].map((phase) => {
      const arms = [{ value: 7, samples: 1 }, phase === 'tokens' ? figure : { value: 8, samples: 1 }];
      return { id: 'identity-hit-p99', phase, arms };
    });
    const result = { rounds: [], costs, validity: { invalid: [] } } as unknown as ProofResult;
    return readIdentity(result).find(({ goal }) => goal === 'reference.identity.hit-p99');
  };
  const enough = read({ value: 0.2, spread: null, samples: 1_200, needed: 1_000 });
  assert.deepEqual([enough?.value, enough?.skipped], [0.2, undefined]);
  const few = read({ value: null, spread: null, samples: 600, needed: 1_000 });
  assert.deepEqual([few?.value, few?.skipped], [null, '600 samples, ≥ 1000 needed']);
});

test('[BENCH-5] a spoiled mix of tokens marks what was counted of identities', () => {
  assert.ok(readIdentity(spoiled('optimised', 'tokens', 'mix')).every(isInvalid));
  assert.ok(!readIdentity(spoiled('origin', 'tokens', 'mix')).some(isInvalid));
});

test('[BENCH-11] every goal of the area belongs to one part, and the quick ones to the quick tier', () => {
  for (const quick of [true, false]) {
    const wanted = GOALS.filter(({ area, tier }) => area === 'reference' && (tier === 'quick' || !quick));
    const measured = referenceParts(quick).flatMap(({ goals }) => goals);
    assert.deepEqual(measured.toSorted(), wanted.map(({ id }) => id).toSorted());
  }
});
