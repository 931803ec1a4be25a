import type { InvalidRun, ProofResult, RoundRun } from './proof-result.ts';

/** The generator's verdict on each measured run; warm-ups do not count. */
export function validityOf(rounds: readonly RoundRun[]): ProofResult['validity'] {
  const runs = rounds.flatMap((round) =>
    round.phases.flatMap((phase) => phase.streams.map((stream) => ({ round, phase, stream }))),
  );
  const invalid = runs
    .filter(({ stream }) => stream.result.validity.verdict === 'invalid')
    .map(({ round, phase, stream }): InvalidRun => {
      return {
        round: round.index,
        arm: round.arm,
        phase: phase.id,
        stream: stream.id,
        reasons: stream.result.validity.reasons,
      };
    });
  return { runs: runs.length, invalid };
}
