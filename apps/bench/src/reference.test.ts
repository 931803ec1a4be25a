import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProofResult } from '@millrace/load/prove';
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

test('[BENCH-5] a spoiled mix of tokens marks what was counted of identities', () => {
  assert.ok(readIdentity(spoiled('optimised', 'tokens', 'mix')).every(isInvalid));
  assert.ok(!readIdentity(spoiled('origin', 'tokens', 'mix')).some(isInvalid));
});
