import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { RunMemory, type Share, type WorkloadWords } from '../run/index.ts';
import { type FromWorker, sharedNow, type ToldError, type ToWorker, type WorkerTask } from './messages.ts';

/** How a thread ended. `lost`: by itself, before its time. `killed`: because it did not end when it should have. */
export type ThreadEnd = 'done' | 'lost' | 'killed';

/** Flags of Node that say how modules are found; each may have its value in the next word. */
const MODULE_FLAG = /^(--conditions|-C|--import)(=|$)/;
/** How long a thread may take to end when it is told to; what it counts after that may count twice. */
const TERMINATE_MS = 100;

/** One worker thread as the main thread sees it: its memory, and how far it is. */
export class LoadThread {
  readonly share: Share;
  /** Undefined until the thread told where it is. */
  memory: RunMemory | undefined;
  /** What it said last, of all until then: each second, and at its end. */
  words: WorkloadWords | undefined;
  /** How long before its end that was, when it was lost or killed; since its start if it never said anything. */
  silentMs: number = 0;
  drainMs: number = 0;
  /** Undefined until it has ended, and writes nothing any more. */
  end: ThreadEnd | undefined;
  /** Why it was lost or killed. */
  cause: string = 'it did not end in time';
  #ending: ThreadEnd | undefined;
  #saidAt = 0;
  readonly #worker: Worker;
  readonly #durationMs: number;
  readonly #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #ended: PromiseWithResolvers<ThreadEnd> = Promise.withResolvers();

  /** @param maxHeapMb of its own heap; undefined: what Node gives */
  constructor(task: WorkerTask, durationMs: number, maxHeapMb: number | undefined) {
    this.share = task.share;
    this.#durationMs = durationMs;
    this.#worker = new Worker(new URL(import.meta.resolve('#worker/load-worker')), {
      name: `load ${task.share.index}`,
      workerData: task,
      execArgv: moduleFlags(process.execArgv),
      ...(maxHeapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
    });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (cause) => this.#lose(cause instanceof Error ? cause : new Error(String(cause))));
    this.#worker.on('exit', (code) => {
      this.#lose(new Error(`it exited with code ${code}`));
      this.#settle();
    });
    for (const { promise } of [this.#ready, this.#ended]) promise.catch(() => {});
  }

  /** Resolves when it waits for its start; rejects when it never will. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when it is over; rejects when the scenario's code threw where no request stands for it. */
  get ended(): Promise<ThreadEnd> {
    return this.#ended.promise;
  }

  start(epochMs: number): void {
    this.#saidAt = epochMs;
    this.#tell({ kind: 'start', epochMs });
  }

  /** No more arrivals. */
  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  /** Ends it, whatever it does. What it has counted stays. Takes 100 ms at the most. */
  async kill(): Promise<void> {
    if (this.end !== undefined) return;
    this.#ending ??= 'killed';
    const tooLong = new AbortController();
    await Promise.race([this.#worker.terminate(), setTimeout(TERMINATE_MS, undefined, { signal: tooLong.signal })]);
    tooLong.abort();
    this.#settle();
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'memory') this.#map(message);
    else if (message.kind === 'ready') this.#ready.resolve();
    else if (message.kind === 'failed') this.#fail(message.error);
    else if (message.kind === 'words') {
      this.words = message.words;
      this.#saidAt = sharedNow();
    } else {
      this.words = message.end.words;
      this.drainMs = message.end.drainMs;
      this.#ending ??= 'done';
      void this.#worker.terminate();
    }
  }

  #map({ piece }: FromWorker & { kind: 'memory' }): void {
    if (piece.kind === 'totals') this.memory = new RunMemory(this.#durationMs, { totals: piece.totals });
    else this.memory?.add(piece);
  }

  #fail({ message, code, stack }: ToldError): void {
    const error: Error & { code?: string } = new Error(message);
    if (stack !== undefined) error.stack = stack;
    if (code !== undefined) error.code = code;
    this.#ready.reject(error);
    this.#ended.reject(error);
    void this.#worker.terminate();
  }

  #lose(cause: Error): void {
    this.#ready.reject(cause);
    if (this.#ending !== undefined) return;
    this.#ending = 'lost';
    this.cause = cause.message;
  }

  #settle(): void {
    if (this.end !== undefined) return;
    this.end = this.#ending ?? 'lost';
    if (this.end !== 'done') this.silentMs = sharedNow() - this.#saidAt;
    this.#ended.resolve(this.end);
  }
}

/** Those of Node's flags that a worker needs to find the same modules. */
export function moduleFlags(flags: readonly string[]): string[] {
  return flags.filter(
    (flag, at) => MODULE_FLAG.test(flag) || ['--conditions', '-C', '--import'].includes(flags[at - 1] ?? ''),
  );
}
