/** The proof: one service, two or more arms, interleaved rounds, one table. @module */
export type { CapacityStep, Slo, StepOutcome } from '../capacity/index.ts';
export type { Machine } from '../result/index.ts';
export type { ArmSpec, Tier } from './arm-spec.ts';
export {
  BUDGETS,
  type Budget,
  type BudgetLine,
  budgetFor,
  checkBudget,
  type Overheads,
  plannedSeconds,
} from './budget.ts';
export { findMismatches } from './canonical.ts';
export type { ChoiceOptions } from './choice.ts';
export { DEFAULT_COSTS } from './costs.ts';
export { PROVE_ERRORS, type ProveErrorCode } from './errors.ts';
export type { ProofEvent, ProofListener, StageId } from './event.ts';
export type { Fact, LocalText } from './local-text.ts';
export type * from './manifest.ts';
export { defineProof } from './manifest.ts';
export { type PlannedRound, planRounds, type RoundGroup } from './plan.ts';
export type * from './proof-result.ts';
export { type ProveOptions, prove } from './prove.ts';
export { type RatioReading, readRatio } from './ratio-reading.ts';
export { type ServedArm, type ServeOptions, serveArm } from './serve-arm.ts';
