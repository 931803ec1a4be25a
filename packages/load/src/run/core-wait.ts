import { closeSync, openSync, readSync } from 'node:fs';

/** What the scheduler counts for the thread that opens it; Linux alone has it. */
const SCHEDSTAT = '/proc/thread-self/schedstat';
const NS_PER_MS = 1e6;

/** How long this thread could have run and had no core. */
export class CoreWait {
  readonly #file: number | undefined = open();
  readonly #buffer: Buffer = Buffer.alloc(128);
  readonly #begun: number = this.#read();

  /** Milliseconds since it was made; 0 where nobody counts them. */
  get ms(): number {
    return this.#read() - this.#begun;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  /** The second of the three numbers: nanoseconds of waiting on the run queue. */
  #read(): number {
    if (this.#file === undefined) return 0;
    const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
    return Number(this.#buffer.toString('latin1', 0, length).split(' ')[1]) / NS_PER_MS || 0;
  }
}

function open(): number | undefined {
  try {
    return openSync(SCHEDSTAT, 'r');
  } catch {
    return undefined;
  }
}
