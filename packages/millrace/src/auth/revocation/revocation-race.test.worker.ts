import { parentPort, workerData } from 'node:worker_threads';
import { race } from './revocation-race.test.model.ts';

const { numRuns, seed, fault } = workerData;
const problem = await race(numRuns, seed, fault).then(
  () => '',
  (error: Error) => `${error.message}\n${error.cause}`,
);
parentPort?.postMessage(problem);
