import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from 'millrace/core';
import { messageOf } from '../errors.ts';
import { arrivalsOf, prepareLoadPart, type ReadyPart, Recorder, RunMemory, type WorkloadWords } from '../run/index.ts';
import { type FromWorker, sharedNow, type ToldError, type ToWorker, type WorkerTask } from './messages.ts';
import { loadScenario } from './scenario-source.ts';

/** Told of a promise of the scenario's own code: a request, a wait or a group left alone is not one. */
const UNHEARD = 'a promise that nobody awaited was rejected';

/*
 * The thread of one worker: gets its part ready, waits for the common start, drives it, and says so. Its figures lie in
 * shared memory from the first on; the messages say where, what has names of its own each second, and when
 * it is done.
 */
const task = workerData as WorkerTask;
const stop = new AbortController();

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}

async function prepare(): Promise<ReadyPart> {
  const { order, source, share, shared, interruptedDrainMs } = task;
  const { durationMs } = arrivalsOf(order.model, order.seed);
  const memory = new RunMemory(durationMs, {
    allocate: (bytes) => new SharedArrayBuffer(bytes),
    announce: (piece) => tell({ kind: 'memory', piece }),
  });
  const recorder = new Recorder(0, durationMs, memory);
  process.on('unhandledRejection', (cause) => recorder.clientFailed(`${UNHEARD}: ${messageOf(cause)}`));
  const scenario = await loadScenario(source, share.of);
  const onWords = (words: WorkloadWords): void => tell({ kind: 'words', words });
  return prepareLoadPart({ order, scenario, memory, share, shared, interruptedDrainMs, signal: stop.signal, onWords });
}

async function drive(part: ReadyPart, epochMs: number): Promise<void> {
  const startAt = systemClock.now() + (epochMs - sharedNow());
  tell({ kind: 'done', end: await part.run(startAt) });
}

function told(cause: unknown): ToldError {
  if (!(cause instanceof Error)) return { message: String(cause), code: undefined, stack: undefined };
  const { message, stack } = cause;
  return { message, code: 'code' in cause ? String(cause.code) : undefined, stack };
}

const fail = (cause: unknown): void => tell({ kind: 'failed', error: told(cause) });
const ready = prepare();
parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') stop.abort();
  else ready.then((part) => drive(part, message.epochMs)).catch(fail);
});
ready.then(() => tell({ kind: 'ready' }), fail);
