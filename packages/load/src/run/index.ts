/** The run of one scenario against one target. @module */
export type { TlsOptions } from '../http/index.ts';
export type { Transport } from './dispatcher.ts';
export { Fifo } from './fifo.ts';
export { type KnownStall, type KnownStallFigure, type KnownStallOptions, measureKnownStall } from './known-stall.ts';
export type { LoadProgress } from './load-run.ts';
export type { Recorder } from './recorder.ts';
export { type ClosedOptions, runClosed } from './run-closed.ts';
export { type CommonOptions, type LoadOptions, runLoad } from './run-load.ts';
export { RunMemory } from './run-memory.ts';
export { countOf, type Share } from './share.ts';
export type { StepRecorder } from './step-recorder.ts';
export type { Target } from './target.ts';
export type { EngineOptions } from './transport.ts';
export type { ScriptedScenario, Workload, WorkloadContext, WorkloadGround, WorkloadRows } from './workload.ts';
