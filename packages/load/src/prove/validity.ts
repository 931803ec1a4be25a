import type { InvalidRun, ProofResult, RoundRun } from './proof-result.ts';

const UNSETTLED = 'the arm did not answer promptly again within 20 s after it';

/** The verdict on each measured run: the generator's own, and whether its arm came to rest. Warm-ups do not count. */
export function validityOf(rounds: readonly RoundRun[]): ProofResult['validity'] {
  const runs = rounds.flatMap((round) =>
    round.phases.flatMap((phase) => phase.streams.map((stream) => ({ round, phase, stream }))),
  );
  const invalid = runs
    .map(({ round, phase, stream }): InvalidRun => {
      const unsettled = phase.settleMs === null && !round.interrupted ? [UNSETTLED] : [];
      return {
        round: round.index,
        arm: round.arm,
        phase: phase.id,
        stream: stream.id,
        reasons: [...stream.result.validity.reasons, ...unsettled],
      };
    })
    .filter(({ reasons }) => reasons.length > 0);
  return { runs: runs.length, invalid };
}
