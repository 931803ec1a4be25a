import type { LoadResult } from '../result/index.ts';
import type { ComparedRun, ComparedStream, ComparisonWarning } from './comparison.ts';
import { COMPARE_ERRORS } from './errors.ts';

/** What a comparison reads of a proof's result. */
export interface ProofRounds {
  readonly outcome: 'complete' | 'interrupted' | 'digests-differ' | 'died';
  readonly arms: readonly { readonly id: string }[];
  readonly rounds: readonly {
    readonly index: number;
    readonly arm: string;
    readonly phases: readonly {
      readonly id: string;
      readonly streams: readonly { readonly id: string; readonly result: LoadResult }[];
    }[];
  }[];
  readonly validity: {
    readonly invalid: readonly { readonly round: number; readonly phase: string; readonly stream: string }[];
  };
}

/** One arm of one proof. */
export interface ProofArm {
  /** What messages call the proof, such as its file. */
  readonly name: string;
  readonly proof: ProofRounds;
  /** Id of the arm. */
  readonly arm: string;
}

/** The streams that both arms ran, ready for {@link compareRuns}; rounds that were invalid or cut off are left out, and counted. */
export interface ProofStreams {
  readonly streams: readonly ComparedStream[];
  readonly warnings: readonly ComparisonWarning[];
}

/** Outcomes after which the rounds that are left say nothing of an arm. */
const UNSOUND: Readonly<Partial<Record<ProofRounds['outcome'], string>>> = {
  died: 'one of them was lost in a round',
  'digests-differ': 'they answer differently',
};

/**
 * The rounds of two arms, of one proof or of two, stream by stream.
 * @throws MILLRACE_COMPARE_PROOF_UNSOUND when an arm was lost, or the arms answer differently
 * @throws MILLRACE_COMPARE_NOTHING when they have no stream in common, or no round of it is left
 */
export function streamsOfArms(before: ProofArm, after: ProofArm): ProofStreams {
  for (const side of [before, after]) checkSound(side);
  const [left, right] = [runsByStream(before), runsByStream(after)];
  const streams = [...left.runs].flatMap(([name, runs]) => {
    const others = right.runs.get(name);
    return others === undefined ? [] : [{ name, before: runs, after: others }];
  });
  if (streams.length === 0) {
    throw COMPARE_ERRORS.create('MILLRACE_COMPARE_NOTHING', { side: `${before.name} with ${after.name}` });
  }
  const count = left.leftOut + right.leftOut;
  return { streams, warnings: count === 0 ? [] : [{ code: 'left-out', values: { count } }] };
}

function checkSound({ name: proof, proof: { outcome } }: ProofArm): void {
  const reason = UNSOUND[outcome];
  if (reason !== undefined) throw COMPARE_ERRORS.create('MILLRACE_COMPARE_PROOF_UNSOUND', { proof, reason });
}

interface ArmRuns {
  readonly runs: ReadonlyMap<string, readonly ComparedRun[]>;
  readonly leftOut: number;
}

function runsByStream({ name, proof, arm }: ProofArm): ArmRuns {
  const invalid = new Set(proof.validity.invalid.map(({ round, phase, stream }) => `${round} ${phase}/${stream}`));
  const runs = new Map<string, ComparedRun[]>();
  let leftOut = 0;
  for (const { index, phases } of proof.rounds.filter((round) => round.arm === arm)) {
    for (const { phase, stream, result } of phases.flatMap(flattenPhase)) {
      const key = `${phase}/${stream}`;
      if (result.interrupted || invalid.has(`${index} ${key}`)) leftOut += 1;
      else runs.set(key, [...(runs.get(key) ?? []), { name: `${name} round ${index + 1} ${key}`, result }]);
    }
  }
  return { runs, leftOut };
}

function flattenPhase({ id: phase, streams }: ProofRounds['rounds'][number]['phases'][number]): {
  readonly phase: string;
  readonly stream: string;
  readonly result: LoadResult;
}[] {
  return streams.map(({ id: stream, result }) => ({ phase, stream, result }));
}
