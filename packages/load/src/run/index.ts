/** The run of one scenario against one target. @module */
export type { TlsOptions, Tracing } from '../http/index.ts';
export type { Transport } from './dispatcher.ts';
export { Fifo } from './fifo.ts';
export type { LoadModel, LoadOrder, ReadyPart } from './load-part.ts';
export { arrivalsOf, prepareLoadPart, setUpScenario } from './load-part.ts';
export type { LoadProgress, PartEnd } from './load-run.ts';
export { setupOf } from './load-setup.ts';
export { Recorder } from './recorder.ts';
export { type ClosedOptions, checkClosed, runClosed } from './run-closed.ts';
export {
  type CommonOptions,
  checkCommon,
  checkPacing,
  defaultMaxQueue,
  type LoadOptions,
  runLoad,
} from './run-load.ts';
export { type MemoryPiece, OTHERS, RunMemory } from './run-memory.ts';
export { type RunEnd, type RunHead, rowsOf, toLiveResult, toLoadResult } from './run-result.ts';
export { RunWindows } from './run-windows.ts';
export type { Share } from './share.ts';
export type { StepRecorder } from './step-recorder.ts';
export { withRemarks } from './system-limits.ts';
export { type DnsChoice, openTarget, routeOf, type Target } from './target.ts';
export { type EngineOptions, limitRemarksOf } from './transport.ts';
export type {
  ScriptedScenario,
  Workload,
  WorkloadContext,
  WorkloadGround,
  WorkloadRows,
  WorkloadWords,
} from './workload.ts';
export { readWorkload } from './workload-memory.ts';
