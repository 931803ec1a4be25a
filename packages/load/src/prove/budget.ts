import { PROVE_ERRORS } from './errors.ts';
import type { PhaseSpec, StreamSpec } from './manifest.ts';
import { roundsOf } from './plan.ts';

/** One line of a time budget. */
export interface BudgetLine {
  readonly id: string;
  /** Each time. */
  readonly seconds: number;
  /** How often. */
  readonly count: number;
  /** `phase`: the sending time of a phase with this id, or of all warm-ups of a round; `fixed`: the work around them. */
  readonly kind: 'fixed' | 'phase';
}

/** All the time that a proof may take. */
export interface Budget {
  readonly tier: 'quick' | 'main';
  /** Blocks of one round an arm. */
  readonly blocks: number;
  readonly limitSeconds: number;
  readonly lines: readonly BudgetLine[];
}

const WARM_UP = 'warm-up';

/** The time budgets. A manifest may use other phase ids; its phases together must then fit the sum of the phase lines. */
export const BUDGETS: Readonly<Record<Budget['tier'], Budget>> = {
  quick: {
    tier: 'quick',
    blocks: 2,
    limitSeconds: 80,
    lines: [
      { id: 'prepare', seconds: 5, count: 1, kind: 'fixed' },
      { id: 'digests', seconds: 5, count: 1, kind: 'fixed' },
      { id: 'start', seconds: 0.7, count: 4, kind: 'fixed' },
      { id: WARM_UP, seconds: 1.125, count: 4, kind: 'phase' },
      { id: 'mix', seconds: 6, count: 4, kind: 'phase' },
      { id: 'tokens', seconds: 5, count: 4, kind: 'phase' },
      { id: 'portal', seconds: 3, count: 2, kind: 'phase' },
      { id: 'burst', seconds: 2, count: 2, kind: 'phase' },
      { id: 'drain', seconds: 2.1, count: 4, kind: 'fixed' },
      { id: 'report', seconds: 0.3, count: 1, kind: 'fixed' },
    ],
  },
  main: {
    tier: 'main',
    blocks: 3,
    limitSeconds: 180,
    lines: [
      { id: 'prepare', seconds: 5, count: 1, kind: 'fixed' },
      { id: 'digests', seconds: 5, count: 1, kind: 'fixed' },
      { id: 'start', seconds: 0.7, count: 6, kind: 'fixed' },
      { id: WARM_UP, seconds: 1.25, count: 6, kind: 'phase' },
      { id: 'mix', seconds: 12, count: 6, kind: 'phase' },
      { id: 'tokens', seconds: 8, count: 6, kind: 'phase' },
      { id: 'portal', seconds: 5, count: 2, kind: 'phase' },
      { id: 'burst', seconds: 3, count: 2, kind: 'phase' },
      { id: 'drain', seconds: 2.5, count: 6, kind: 'fixed' },
      { id: 'report', seconds: 1, count: 1, kind: 'fixed' },
    ],
  },
};

/** Seconds that the lines add up to, all or those of one kind. */
export function addUp(budget: Budget, kind?: BudgetLine['kind']): number {
  const lines = budget.lines.filter((line) => kind === undefined || line.kind === kind);
  return lines.reduce((sum, line) => sum + line.seconds * line.count, 0);
}

/** Seconds that streams side by side send for. */
export function sendingSeconds(streams: readonly StreamSpec[]): number {
  return Math.max(0, ...streams.map((stream) => stream.arrivals.durationMs / 1000));
}

/** Seconds that a proof of these phases will take, as planned. */
export function plannedSeconds(budget: Budget, phases: readonly PhaseSpec[]): number {
  return addUp(budget, 'fixed') + phaseSeconds(budget, phases);
}

/**
 * The same budget for fewer blocks; what is done once a round is done less often.
 * @throws MILLRACE_PROVE_OPTION_INVALID
 */
export function withBlocks(budget: Budget, blocks: number): Budget {
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > budget.blocks) {
    const context = { option: 'blocks', value: blocks, allowed: `1 to ${budget.blocks}` };
    throw PROVE_ERRORS.create('MILLRACE_PROVE_OPTION_INVALID', context);
  }
  const countOf = (line: BudgetLine): number => (line.count === 2 * budget.blocks ? 2 * blocks : line.count);
  return { ...budget, blocks, lines: budget.lines.map((line) => ({ ...line, count: countOf(line) })) };
}

/** Seconds of one fixed line, each time; 0 when the table has no such line. */
export function fixedSeconds(budget: Budget, id: string): number {
  return budget.lines.find((line) => line.kind === 'fixed' && line.id === id)?.seconds ?? 0;
}

/**
 * Refuses phases that do not fit the budget: each by the line of its id when there is one, and all together.
 * @throws MILLRACE_PROVE_OVER_BUDGET
 */
export function checkBudget(budget: Budget, phases: readonly PhaseSpec[]): void {
  for (const phase of phases) {
    const line = budget.lines.find((each) => each.kind === 'phase' && each.id === phase.id);
    if (line === undefined) continue;
    const planned = sendingSeconds(phase.streams) * roundsOf(phase, budget.blocks);
    if (exceeds(planned, line.seconds * line.count))
      throw overBudget(budget, phase.id, planned, line.seconds * line.count);
  }
  const planned = phaseSeconds(budget, phases);
  const allowed = addUp(budget, 'phase');
  if (exceeds(planned, allowed)) throw overBudget(budget, 'all together', planned, allowed);
}

function phaseSeconds(budget: Budget, phases: readonly PhaseSpec[]): number {
  const secondsOf = (phase: PhaseSpec): number => sendingSeconds(phase.streams) + sendingSeconds(phase.warmUp ?? []);
  return phases.reduce((sum, phase) => sum + secondsOf(phase) * roundsOf(phase, budget.blocks), 0);
}

/** Sums of decimal fractions are off by a few units in the last place. */
function exceeds(planned: number, allowed: number): boolean {
  return planned > allowed + 1e-6;
}

function overBudget(budget: Budget, phase: string, planned: number, allowed: number): Error {
  const round = (seconds: number): number => Math.round(seconds * 10) / 10;
  return PROVE_ERRORS.create('MILLRACE_PROVE_OVER_BUDGET', {
    phase,
    planned: round(planned),
    allowed: round(allowed),
    tier: budget.tier,
  });
}
