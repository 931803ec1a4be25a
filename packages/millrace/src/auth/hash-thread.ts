import { Worker } from 'node:worker_threads';
import type { Argon2idCost } from './hash-cost.ts';

/** What a hash thread is asked: to verify `password` against `hash`, or to hash it by bcrypt at `cost` or by argon2id. */
export type HashJob =
  | { readonly password: string; readonly hash: string }
  | { readonly password: string; readonly cost: number }
  | { readonly password: string; readonly argon2id: Argon2idCost };

/** What it answers, and how long the hashing alone took. */
export interface HashAnswer {
  readonly value: boolean | string;
  readonly elapsedMs: number;
}

/** What a hash thread is started with. */
export interface HashThreadSettings {
  /** Scheduling priority of the thread on Linux, 0 (normal) to 19 (lowest). */
  readonly niceness: number;
}

/** One thread that hashes, one job at a time. */
export interface HashThread {
  /** Runs one job; not to be called again before it settled. Rejects when the thread dies. */
  run(job: HashJob): Promise<HashAnswer>;
  /** Ends the thread, after the hash it is at. */
  close(): Promise<void>;
}

/** Starts a thread. `died` is called once when it ends without {@link HashThread.close}. */
export type StartHashThread = (died: (cause: Error) => void) => HashThread;

/** The file of the thread's body: through the package's own `imports`, so from source and from `dist` alike. */
export function hashWorkerUrl(): URL {
  return new URL(import.meta.resolve('#auth/hash-worker'));
}

/** Starts a worker thread. It keeps the process alive only while it has a job. */
export function startWorkerThread(url: URL, settings: HashThreadSettings, died: (cause: Error) => void): HashThread {
  return new WorkerHashThread(url, settings, died);
}

class WorkerHashThread implements HashThread {
  readonly #worker: Worker;
  #job: PromiseWithResolvers<HashAnswer> | undefined;
  #closed = false;

  constructor(url: URL, settings: HashThreadSettings, died: (cause: Error) => void) {
    // The flags of this process are not for the worker: a test runner alone hands on some thirty.
    this.#worker = new Worker(url, { name: 'millrace-hash', execArgv: [], workerData: settings });
    this.#worker.unref();
    let cause: Error | undefined;
    this.#worker.on('message', (answer: HashAnswer) => this.#settle()?.resolve(answer));
    this.#worker.on('error', (error: Error) => {
      cause = error;
    });
    this.#worker.on('exit', (code) => {
      cause ??= new Error(`the hash thread ended with exit code ${code}`);
      this.#settle()?.reject(cause);
      if (!this.#closed) died(cause);
    });
  }

  run(job: HashJob): Promise<HashAnswer> {
    this.#job = Promise.withResolvers();
    this.#worker.ref();
    this.#worker.postMessage(job);
    return this.#job.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
  }

  #settle(): PromiseWithResolvers<HashAnswer> | undefined {
    const job = this.#job;
    this.#job = undefined;
    this.#worker.unref();
    return job;
  }
}
