import { type ArmBounds, withArm } from './arm-session.ts';
import type { ProofListener } from './event.ts';
import type { Forecast } from './forecast.ts';
import type { Interruption } from './interruption.ts';
import { isLostArm } from './lost-arm.ts';
import type { PreparedService } from './manifest.ts';
import { type LoadRunner, runPhase } from './phase-run.ts';
import type { PlannedRound } from './plan.ts';
import type { ArmDeath, PhaseRun, RoundRun } from './proof-result.ts';

/** What all rounds share. */
export interface RoundContext {
  readonly seed: number;
  readonly run: LoadRunner;
  readonly bounds: ArmBounds;
  readonly interruption: Interruption;
  readonly tell: ProofListener;
  readonly forecast: Forecast;
}

/** The rounds that were measured, and how an arm was lost in the one after them, if one was. */
export interface MeasuredRounds {
  readonly rounds: readonly RoundRun[];
  readonly death?: ArmDeath;
}

/**
 * The rounds one after the other. A stop or the loss of an arm ends them: those before stay, and on a stop what the
 * round has until then; the round in which an arm was lost is left out.
 */
export async function runRounds(
  service: PreparedService,
  planned: readonly PlannedRound[],
  context: RoundContext,
): Promise<MeasuredRounds> {
  const rounds: RoundRun[] = [];
  for (const round of planned) {
    try {
      const run = await runRound(service, round, planned.length, context);
      if (run !== undefined) rounds.push(run);
    } catch (error) {
      if (!isLostArm(error)) throw error;
      const { code, message, mend } = error;
      return { rounds, death: { arm: round.arm.id, round: round.index, code, message, mend } };
    }
    if (context.interruption.stop.aborted) break;
    context.tell({ kind: 'plan', totalSeconds: context.forecast.afterRound() });
  }
  return { rounds };
}

/** One round: a fresh process through all its phases. Undefined when interrupted before the arm was ready. */
function runRound(
  service: PreparedService,
  round: PlannedRound,
  rounds: number,
  context: RoundContext,
): Promise<RoundRun | undefined> {
  const { bounds, interruption, seed, run, tell, forecast } = context;
  const { index, block, arm: spec } = round;
  tell({ kind: 'stage', id: 'start', plannedSeconds: forecast.startSeconds, round: index, rounds, arm: spec.label });
  return withArm(service, spec, index, bounds, interruption, async (arm, signal) => {
    const phases: PhaseRun[] = [];
    const drainSeconds = forecast.drainSeconds / Math.max(1, round.phases.length);
    for (const phase of round.phases) {
      if (signal.aborted) break;
      phases.push(await runPhase(arm, phase, { round, rounds, seed, run, signal, tell, drainSeconds }));
    }
    return { index, block, arm: spec.id, readyMs: arm.readyMs, phases, interrupted: signal.aborted };
  });
}
