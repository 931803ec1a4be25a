import type { Clock, Timer } from 'millrace/core';
import { checkNumber, checkWhole } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import { type ArrivalSource, LoadRun } from './load-run.ts';
import { setupOf } from './load-setup.ts';
import { type CommonOptions, checkCommon, toSettings } from './run-load.ts';
import { withRemarks } from './system-limits.ts';
import { openTarget } from './target.ts';
import { limitRemarksOf } from './transport.ts';
import { isScripted } from './workload.ts';

/** Options of {@link runClosed}. */
export interface ClosedOptions<User> extends CommonOptions<User> {
  /** How long to send; 1 to 86,400,000. */
  readonly durationMs: number;
  /** Ends when so many requests, or iterations of flows, are sent, if the time is not over before; 1 to 1,000,000,000, default: no bound. */
  readonly requests?: number;
}

const MAX_DURATION_MS = 86_400_000;
const MAX_REQUESTS = 1_000_000_000;
/** After an error the next request waits, so that a failing target is not flooded. */
const PAUSE_AFTER_ERROR_MS = 10;

/**
 * Drives a closed-model run: `maxConnections` loops that each send the next request when the last one is answered; of a
 * scenario of flows its users, each of which begins the next flow when the last one is over.
 *
 * It finds the highest throughput, as `wrk` does. Its times say little: a slow service slows the load, so the requests
 * that would have suffered are never sent. Use {@link runLoad} for response times.
 * @throws as {@link runLoad}
 * @example
 * const { total } = await runClosed({ target: 'http://127.0.0.1:3000', scenario, durationMs: 5_000, seed: 1 });
 * console.log(total.ok / 5, 'requests per second');
 */
export async function runClosed<User>(options: ClosedOptions<User>): Promise<LoadResult> {
  const { durationMs, maxConnections = 64, requests = Number.POSITIVE_INFINITY } = options;
  checkClosed(options);
  checkCommon(options);
  const target = await openTarget(options.target, options);
  const remarks = limitRemarksOf(options, target);
  const settings = await toSettings(options, target, maxConnections, {
    setup: setupOf({
      ...{ options, users: options.scenario.users, pacing: 'eco', workers: 1 },
      model: { kind: 'closed', durationMs, ...(options.requests !== undefined && { requests: options.requests }) },
    }),
    arrivals: { kind: 'closed', poisson: false, durationMs, targetPerSecond: 0 },
  });
  const loops = isScripted(options.scenario) ? options.scenario.users : maxConnections;
  const run = new LoadRun(settings, (startAt) => {
    return new ClosedLoops({ clock: settings.clock, loops, durationMs, requests, startAt });
  });
  return withRemarks(await run.run(), remarks);
}

/** @throws MILLRACE_LOAD_OPTION_INVALID */
export function checkClosed({
  durationMs,
  requests = 1,
}: Pick<ClosedOptions<unknown>, 'durationMs' | 'requests'>): void {
  checkNumber('durationMs', durationMs, 1, MAX_DURATION_MS);
  checkWhole('requests', requests, 1, MAX_REQUESTS);
}

/** Options of {@link ClosedLoops}. */
export interface ClosedLoopsOptions {
  readonly clock: Clock;
  readonly loops: number;
  readonly durationMs: number;
  /** Most requests; may be infinite, and 0 for a share that none fall to. */
  readonly requests: number;
  /** In clock milliseconds. */
  readonly startAt: number;
}

/** As many loops as connections; each arrival is due when the one before it in its loop has ended. */
export class ClosedLoops implements ArrivalSource {
  readonly #options: ClosedLoopsOptions;
  readonly #clock: Clock;
  #admit: (index: number, intendedAt: number, now: number) => void = () => {};
  #done: () => void = () => {};
  #next = 0;
  #endAt = 0;
  #end: Timer | undefined;
  readonly #pauses: Set<Timer> = new Set();

  constructor(options: ClosedLoopsOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  start(admit: (index: number, intendedAt: number, now: number) => void, done: () => void): void {
    const { startAt } = this.#options;
    this.#admit = admit;
    this.#done = done;
    const now = this.#clock.now();
    if (startAt > now) this.#end = this.#clock.schedule(startAt - now, () => this.#begin());
    else this.#begin();
  }

  #begin(): void {
    const { startAt, durationMs, loops } = this.#options;
    const now = this.#clock.now();
    this.#endAt = startAt + durationMs;
    this.#end = this.#clock.schedule(this.#endAt - now, () => this.#done());
    if (this.#options.requests === 0) this.#done();
    for (let loop = 0; loop < loops; loop++) this.#send(this.#clock.now());
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

  /** Nothing is due but what is sent. */
  handOut(): void {}

  stop(): void {
    this.#endAt = 0;
    this.#end?.cancel();
    for (const pause of this.#pauses) pause.cancel();
    this.#pauses.clear();
  }

  #send(now: number): void {
    if (now >= this.#endAt || this.#next >= this.#options.requests) return;
    this.#admit(this.#next++, now, now);
    if (this.#next === this.#options.requests) this.#done();
  }
}
