import { defineErrors, type ErrorTable } from 'millrace/core';

/** The codes that runs over several threads throw. */
export type WorkerErrorCode = 'MILLRACE_WORKER_NOT_READY';

/** Errors of runs over several threads. */
export const WORKER_ERRORS: ErrorTable<WorkerErrorCode> = defineErrors({
  MILLRACE_WORKER_NOT_READY: {
    message: 'worker {worker} of the load generator did not get ready: {reason}',
    mend: 'run with one worker to see what the scenario does, or give workers more memory',
  },
});
