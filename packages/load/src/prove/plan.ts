import type { ArmSpec, PhaseSpec } from './manifest.ts';

/** One round that will run. */
export interface PlannedRound {
  readonly index: number;
  readonly block: number;
  readonly arm: ArmSpec;
  readonly phases: readonly PhaseSpec[];
}

/**
 * The rounds in order: blocks of one round an arm, each block in the opposite order of the one before, so that a
 * machine that slows down or warms up over the minutes favours neither arm: ABBA, and ABBAAB with the third block.
 */
export function planRounds(
  arms: readonly [ArmSpec, ArmSpec],
  phases: readonly PhaseSpec[],
  blocks: number,
): PlannedRound[] {
  const count = 2 * blocks;
  return Array.from({ length: count }, (_, index) => {
    const block = Math.floor(index / 2);
    const arm = arms[(index + block) % 2 === 0 ? 0 : 1];
    return { index, block, arm, phases: phases.filter((phase) => runsIn(phase, index, count)) };
  });
}

/** In how many rounds a phase runs. */
export function roundsOf(phase: PhaseSpec, blocks: number): number {
  return phase.rounds === 'each' ? 2 * blocks : 2;
}

function runsIn(phase: PhaseSpec, index: number, count: number): boolean {
  if (phase.rounds === 'first-two') return index < 2;
  if (phase.rounds === 'last-two') return index >= count - 2;
  return true;
}
