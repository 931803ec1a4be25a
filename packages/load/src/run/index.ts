/** The run of one scenario against one target. @module */
export type { TlsOptions } from '../http/index.ts';
export { type KnownStall, type KnownStallFigure, type KnownStallOptions, measureKnownStall } from './known-stall.ts';
export type { LoadProgress } from './load-run.ts';
export { type ClosedOptions, runClosed } from './run-closed.ts';
export { type CommonOptions, type LoadOptions, runLoad } from './run-load.ts';
export type { EngineOptions } from './transport.ts';
