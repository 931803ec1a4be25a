import type { ArmSpec } from './arm-spec.ts';
import type { PhaseSpec } from './manifest.ts';

/** One round that will run. */
export interface PlannedRound {
  readonly index: number;
  readonly block: number;
  readonly arm: ArmSpec;
  readonly phases: readonly PhaseSpec[];
}

/** Arms that go through the same phases side by side. */
export interface RoundGroup {
  readonly arms: readonly ArmSpec[];
  readonly phases: readonly PhaseSpec[];
}

/**
 * The rounds in order, one group after the other: blocks of one round an arm, each block in the opposite order of the
 * one before, so that a machine that slows down or warms up over the minutes favours no arm: ABBA, or ABC CBA ABC.
 */
export function planRounds(groups: readonly RoundGroup[], blocks: number): PlannedRound[] {
  const rounds = groups.flatMap(({ arms, phases }) =>
    Array.from({ length: blocks }, (_, block) => {
      const due = phases.filter((phase) => runsIn(phase, block, blocks));
      return (block % 2 === 0 ? arms : arms.toReversed()).map((arm) => ({ block, arm, phases: due }));
    }).flat(),
  );
  return rounds.map((round, index) => ({ ...round, index }));
}

function runsIn({ rounds }: PhaseSpec, block: number, blocks: number): boolean {
  if (rounds === 'first-block') return block === 0;
  if (rounds === 'last-block') return block === blocks - 1;
  return true;
}
