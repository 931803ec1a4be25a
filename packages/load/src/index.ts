export type * from './worker/index.ts';
export { runLoadInWorkers, WORKER_ERRORS } from './worker/index.ts';
