import { type ArmBounds, withArm } from './arm-session.ts';
import type { ProofListener } from './event.ts';
import type { Interruption } from './interruption.ts';
import type { PreparedService } from './manifest.ts';
import { type LoadRunner, runPhase } from './phase-run.ts';
import type { PlannedRound } from './plan.ts';
import type { PhaseRun, RoundRun } from './proof-result.ts';

/** What all rounds share. */
export interface RoundContext {
  readonly rounds: number;
  readonly seed: number;
  readonly run: LoadRunner;
  readonly bounds: ArmBounds;
  readonly interruption: Interruption;
  readonly tell: ProofListener;
  readonly startSeconds: number;
  readonly drainSeconds: number;
}

/** One round: a fresh process through all its phases. Undefined when interrupted before the arm was ready. */
export function runRound(
  service: PreparedService,
  round: PlannedRound,
  context: RoundContext,
): Promise<RoundRun | undefined> {
  const { bounds, interruption, rounds, seed, run, tell, drainSeconds } = context;
  const { index, block, arm: spec } = round;
  tell({ kind: 'stage', id: 'start', plannedSeconds: context.startSeconds, round: index, rounds, arm: spec.label });
  return withArm(service, spec, index, bounds, interruption, async (arm, signal) => {
    const phases: PhaseRun[] = [];
    for (const phase of round.phases) {
      if (signal.aborted) break;
      phases.push(await runPhase(arm, phase, { round, rounds, seed, run, signal, tell, drainSeconds }));
    }
    return { index, block, arm: spec.id, readyMs: arm.readyMs, phases, interrupted: signal.aborted };
  });
}
