/** The proof: one service, two arms, interleaved rounds, one table. @module */
export {
  type ArmCounters,
  type ArmProcess,
  type ArmSpec,
  type DigestRequest,
  defineProof,
  type PhaseSpec,
  type PreparedService,
  type ProofContext,
  type ProofManifest,
  type RowSpec,
  type StreamSpec,
} from './manifest.ts';
