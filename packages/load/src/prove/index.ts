/** The proof: one service, two arms, interleaved rounds, one table. @module */
export { BUDGETS, type Budget, type BudgetLine } from './budget.ts';
export { findMismatches } from './canonical.ts';
export { DEFAULT_COSTS } from './costs.ts';
export { PROVE_ERRORS, type ProveErrorCode } from './errors.ts';
export type { ProofEvent, ProofListener, StageId } from './event.ts';
export {
  type ArmCounters,
  type ArmProcess,
  type ArmSpec,
  type CostSpec,
  type CounterCost,
  type DigestRequest,
  defineProof,
  type HistogramCost,
  type PhaseSpec,
  type PreparedService,
  type ProofContext,
  type ProofManifest,
  type RowSpec,
  type StreamSpec,
} from './manifest.ts';
export type * from './proof-result.ts';
export { type ProveOptions, prove } from './prove.ts';
