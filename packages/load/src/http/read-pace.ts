import type { Clock, Timer } from 'millrace/core';

/** Most bytes of one read of any connection. */
const READ_BUFFER_BYTES = 65_536;
/** Reads that a slow reader takes a second, at least, so that it reads evenly. */
const READS_PER_SECOND = 10;
/** A timer cannot wait for less. */
const GRAIN_MS = 1;

/** Where reads go: a slow reader takes little at a time. */
export function createReadBuffer(bytesPerSecond: number | undefined): Uint8Array {
  const most = Math.ceil((bytesPerSecond ?? Number.POSITIVE_INFINITY) / READS_PER_SECOND);
  return Buffer.allocUnsafeSlow(Math.min(READ_BUFFER_BYTES, most));
}

/**
 * Lets a connection read no more than so many bytes a second: after a read it rests until that much would have come.
 * Meanwhile the socket is not read, so the kernel's buffer fills and the service has to wait.
 */
export class ReadPace {
  readonly #bytesPerMs: number;
  readonly #clock: Clock;
  readonly #resume: () => void;
  /** Until when what was read so far takes. */
  #busyUntil = 0;
  #timer: Timer | undefined;

  /** @param resume reads on */
  constructor(bytesPerSecond: number, clock: Clock, resume: () => void) {
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#clock = clock;
    this.#resume = resume;
  }

  /** So many bytes were read. Returns whether the next may be read at once; if not, `resume` is called when they may. */
  took(bytes: number): boolean {
    const now = this.#clock.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + bytes / this.#bytesPerMs;
    if (this.#timer === undefined) this.#wait(now);
    return this.#timer === undefined;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** TLS hands over what it has decrypted although it is told to rest, so one wait may not be enough. */
  #wait(now: number): void {
    const restMs = this.#busyUntil - now;
    if (restMs < GRAIN_MS) return;
    this.#timer = this.#clock.schedule(restMs, () => {
      this.#timer = undefined;
      this.#wait(this.#clock.now());
      if (this.#timer === undefined) this.#resume();
    });
  }
}
