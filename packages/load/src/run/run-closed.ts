import type { Clock, Timer } from 'millrace/core';
import { checkNumber } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import { type ArrivalSource, LoadRun } from './load-run.ts';
import { type CommonOptions, checkCommon, toSettings } from './run-load.ts';
import { openTarget } from './target.ts';

/** Options of {@link runClosed}. */
export interface ClosedOptions<User> extends CommonOptions<User> {
  /** How long to send; 1 to 86,400,000. */
  readonly durationMs: number;
}

const MAX_DURATION_MS = 86_400_000;
/** After an error the next request waits, so that a failing target is not flooded. */
const PAUSE_AFTER_ERROR_MS = 10;

/**
 * Drives a closed-model run: `maxConnections` loops that each send the next request when the last one is answered.
 *
 * It finds the highest throughput, as `wrk` does. Its times say little: a slow service slows the load, so the requests
 * that would have suffered are never sent. Use {@link runLoad} for response times.
 * @throws as {@link runLoad}
 * @example
 * const { total } = await runClosed({ target: 'http://127.0.0.1:3000', scenario, durationMs: 5_000, seed: 1 });
 * console.log(total.ok / 5, 'requests per second');
 */
export async function runClosed<User>(options: ClosedOptions<User>): Promise<LoadResult> {
  const { durationMs, maxConnections = 64 } = options;
  checkNumber('durationMs', durationMs, 1, MAX_DURATION_MS);
  checkCommon(options);
  const settings = toSettings(options, await openTarget(options.target, options), maxConnections, {
    pacing: 'eco',
    arrivals: { kind: 'closed', poisson: false, durationMs, targetPerSecond: 0 },
  });
  return new LoadRun(settings, () => new ClosedLoops(settings.clock, maxConnections, durationMs)).run();
}

/** As many loops as connections; each arrival is due when the one before it in its loop has ended. */
class ClosedLoops implements ArrivalSource {
  readonly #clock: Clock;
  readonly #loops: number;
  readonly #durationMs: number;
  #admit: (index: number, intendedAt: number, now: number) => void = () => {};
  #done: () => void = () => {};
  #next = 0;
  #endAt = 0;
  #end: Timer | undefined;
  readonly #pauses: Set<Timer> = new Set();

  constructor(clock: Clock, loops: number, durationMs: number) {
    this.#clock = clock;
    this.#loops = loops;
    this.#durationMs = durationMs;
  }

  start(admit: (index: number, intendedAt: number, now: number) => void, done: () => void): void {
    this.#admit = admit;
    this.#done = done;
    this.#endAt = this.#clock.now() + this.#durationMs;
    this.#end = this.#clock.schedule(this.#durationMs, () => this.#done());
    for (let loop = 0; loop < this.#loops; loop++) this.#send(this.#clock.now());
  }

  settled(ok: boolean, now: number): void {
    if (ok) {
      this.#send(now);
      return;
    }
    const pause = this.#clock.schedule(PAUSE_AFTER_ERROR_MS, () => {
      this.#pauses.delete(pause);
      this.#send(this.#clock.now());
    });
    this.#pauses.add(pause);
  }

  stop(): void {
    this.#endAt = 0;
    this.#end?.cancel();
    for (const pause of this.#pauses) pause.cancel();
    this.#pauses.clear();
  }

  #send(now: number): void {
    if (now < this.#endAt) this.#admit(this.#next++, now, now);
  }
}
