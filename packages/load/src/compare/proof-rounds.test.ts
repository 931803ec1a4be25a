import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runOf } from './noise.test.ts';
import { type ProofRounds, streamsOfArms } from './proof-rounds.ts';

const ABBA = ['origin', 'optimised', 'optimised', 'origin'];

function proofOf(more: Partial<ProofRounds> = {}, streams: readonly string[] = ['mix', 'login']): ProofRounds {
  const rounds = ABBA.map((arm, index) => ({
    index,
    arm,
    phases: [{ id: 'peak', streams: streams.map((id) => ({ id, result: runOf(id).result })) }],
  }));
  return {
    outcome: 'complete',
    arms: [{ id: 'origin' }, { id: 'optimised' }],
    rounds,
    validity: { invalid: [] },
    ...more,
  };
}

const arm = (proof: ProofRounds, id: string, name = 'p.json') => ({ name, proof, arm: id });

test('[COMPARE-4] each stream that both arms ran has its rounds, named by file, round and place', () => {
  const proof = proofOf();
  const { streams, warnings } = streamsOfArms(arm(proof, 'origin'), arm(proof, 'optimised'));
  assert.deepEqual(
    streams.map(({ name, before, after }) => [name, ...[...before, ...after].map((run) => run.name)]),
    ['mix', 'login'].map((id) => [`peak/${id}`, ...[1, 4, 2, 3].map((round) => `p.json round ${round} peak/${id}`)]),
  );
  assert.deepEqual(warnings, []);
  assert.equal(streams[0]?.after[0]?.result, proof.rounds[1]?.phases[0]?.streams[0]?.result);
});

test('[COMPARE-4] invalid and interrupted rounds are left out and counted', () => {
  const cut = proofOf().rounds.map((round) =>
    round.index === 1
      ? {
          ...round,
          phases: [
            { id: 'peak', streams: [{ id: 'mix', result: runOf('m', { more: { interrupted: true } }).result }] },
          ],
        }
      : round,
  );
  const proof = proofOf({
    rounds: cut,
    validity: { invalid: [{ round: 0, phase: 'peak', stream: 'login' }] },
  });
  const { streams, warnings } = streamsOfArms(arm(proof, 'origin'), arm(proof, 'optimised'));
  assert.deepEqual(
    streams.map(({ before, after }) => [before.length, after.length]),
    [
      [2, 1],
      [1, 1],
    ],
  );
  assert.deepEqual(warnings, [{ code: 'left-out', values: { count: 2 } }]);
});

test('[COMPARE-4] a proof that lost an arm, or whose arms answer differently, is refused; one that was stopped is not', () => {
  for (const outcome of ['died', 'digests-differ'] as const) {
    const refused = { code: 'MILLRACE_COMPARE_PROOF_UNSOUND', message: /^lost\.json tells nothing of its arms/ };
    const lost = arm(proofOf({ outcome }), 'optimised', 'lost.json');
    assert.throws(() => streamsOfArms(lost, arm(proofOf(), 'optimised')), refused, outcome);
    assert.throws(() => streamsOfArms(arm(proofOf(), 'optimised'), lost), refused, outcome);
  }
  const stopped = proofOf({ outcome: 'interrupted' });
  assert.equal(streamsOfArms(arm(stopped, 'origin'), arm(stopped, 'optimised')).streams.length, 2);
});

test('[COMPARE-4] arms without a stream in common cannot be compared', () => {
  const [one, other] = [proofOf({}, ['a']), proofOf({}, ['b'])];
  assert.throws(() => streamsOfArms(arm(one, 'origin', 'one.json'), arm(other, 'origin', 'other.json')), {
    code: 'MILLRACE_COMPARE_NOTHING',
    message: /one\.json with other\.json/,
  });
});
