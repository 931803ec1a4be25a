import { SETTLE_BOUND_MS, SETTLED_WITHIN_MS } from './phase-run.ts';
import type { InvalidRun, InvalidRunReason, ProofResult, RoundRun } from './proof-result.ts';

const UNSETTLED: InvalidRunReason = {
  code: 'unsettled',
  values: { seconds: SETTLE_BOUND_MS / 1_000, boundMs: SETTLED_WITHIN_MS },
};

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
