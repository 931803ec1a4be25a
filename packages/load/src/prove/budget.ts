import type { Tier } from './arm-spec.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { StreamSpec } from './manifest.ts';
import type { PlannedRound } from './plan.ts';

/** Time that passes around the phases. */
export interface BudgetLine {
  readonly id: 'prepare' | 'digests' | 'start' | 'drain' | 'report';
  /** Each time. */
  readonly seconds: number;
  /** How often: once, or in each round. */
  readonly per: 'proof' | 'round';
}

/** All the time that a proof may take. */
export interface Budget {
  readonly tier: Tier;
  /** Blocks of one round an arm. */
  readonly blocks: number;
  readonly limitSeconds: number;
  readonly lines: readonly BudgetLine[];
}

const HOUR_S = 3_600;
const MOST_BLOCKS = 20;

const PER: Readonly<Record<BudgetLine['id'], BudgetLine['per']>> = {
  prepare: 'proof',
  digests: 'proof',
  start: 'round',
  drain: 'round',
  report: 'proof',
};

/** The ids of the lines. */
export const OVERHEADS: readonly BudgetLine['id'][] = Object.keys(PER) as BudgetLine['id'][];

/** Seconds of each line, each time. */
export type Overheads = Readonly<Record<BudgetLine['id'], number>>;

/** What passes around the phases of a small service: it starts at once, and nothing is left over when a phase ends. */
const USUAL: Overheads = { prepare: 1, digests: 1, start: 0.5, drain: 0.2, report: 0.3 };

function linesOf(seconds: Overheads): readonly BudgetLine[] {
  return OVERHEADS.map((id) => ({ id, seconds: seconds[id], per: PER[id] }));
}

/** The time budgets. What the phases send for comes on top of the lines, and all of it stays within the limit. */
export const BUDGETS: Readonly<Record<Tier, Budget>> = {
  quick: { tier: 'quick', blocks: 2, limitSeconds: 80, lines: linesOf(USUAL) },
  main: { tier: 'main', blocks: 3, limitSeconds: 180, lines: linesOf(USUAL) },
  full: { tier: 'full', blocks: 3, limitSeconds: 2 * HOUR_S, lines: linesOf(USUAL) },
};

/** The budget of a tier for a service that needs other times around its phases. */
export function budgetFor(tier: Tier, overheads: Partial<Overheads> = {}): Budget {
  return { ...BUDGETS[tier], lines: linesOf({ ...USUAL, ...overheads }) };
}

/** Nobody waits for an ablation, or for arms of their choice, without having asked for it: the longest limit in every tier. */
export const ASKED_LIMIT_S: number = 4 * HOUR_S;

/** An ablation is worth nothing without a spread. */
export const LEAST_ABLATION_BLOCKS = 3;

/** Seconds that streams side by side send for. */
export function sendingSeconds(streams: readonly StreamSpec[]): number {
  return Math.max(0, ...streams.map((stream) => stream.arrivals.durationMs / 1000));
}

/** Seconds that a proof of these rounds will take, as planned. */
export function plannedSeconds(budget: Budget, rounds: readonly PlannedRound[]): number {
  const around = budget.lines.reduce(
    (sum, { seconds, per }) => sum + seconds * (per === 'proof' ? 1 : rounds.length),
    0,
  );
  return around + sendingOf(rounds);
}

/** Seconds that these rounds send for, warm-ups too. */
export function sendingOf(rounds: readonly PlannedRound[]): number {
  return rounds
    .flatMap(({ phases }) => phases)
    .reduce((sum, { streams, warmUp = [] }) => sum + sendingSeconds(streams) + sendingSeconds(warmUp), 0);
}

/** The same budget for another number of blocks. @throws MILLRACE_PROVE_OPTION_INVALID */
export function withBlocks(budget: Budget, blocks: number, least = 1): Budget {
  if (Number.isInteger(blocks) && blocks >= least && blocks <= MOST_BLOCKS) return { ...budget, blocks };
  const context = { option: 'blocks', value: blocks, allowed: `${least} to ${MOST_BLOCKS}` };
  throw PROVE_ERRORS.create('MILLRACE_PROVE_OPTION_INVALID', context);
}

/** Seconds of one line, each time. */
export function lineSeconds(budget: Budget, id: BudgetLine['id']): number {
  return budget.lines.find((line) => line.id === id)?.seconds ?? 0;
}

/** Refuses rounds that would take longer than the budget allows. @throws MILLRACE_PROVE_OVER_BUDGET */
export function checkBudget(budget: Budget, rounds: readonly PlannedRound[]): void {
  const planned = plannedSeconds(budget, rounds);
  // Sums of decimal fractions are off by a few units in the last place.
  if (planned <= budget.limitSeconds + 1e-6) return;
  throw PROVE_ERRORS.create('MILLRACE_PROVE_OVER_BUDGET', {
    planned: Math.round(planned * 10) / 10,
    allowed: budget.limitSeconds,
    tier: budget.tier,
  });
}
