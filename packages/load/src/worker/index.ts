/** One run over several threads. @module */
export { WORKER_ERRORS, type WorkerErrorCode } from './errors.ts';
export { runLoadInWorkers, type WorkerLoadOptions } from './run-load-in-workers.ts';
export type { PlainRequest, RequestsSource, ScenarioSource } from './scenario-source.ts';
