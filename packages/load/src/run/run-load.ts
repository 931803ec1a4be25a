import type { Clock } from 'millrace/core';
import type { LoadResult } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Arrivals } from '../schedule/arrivals.ts';

/** What a run is doing now; handed out about four times a second. */
export interface LoadProgress {
  readonly elapsedMs: number;
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly errors: number;
}

/** Options of {@link runLoad}. */
export interface LoadOptions<User> {
  /** `http://host:port`; loopback or private addresses only. */
  readonly target: string;
  readonly scenario: Scenario<User>;
  readonly arrivals: Arrivals;
  /** Same seed: same schedule, users and requests. */
  readonly seed: number;
  /** Most connections kept open, 1 to 10,000; default 64. */
  readonly maxConnections?: number;
  /** Per request, from its write; default 10,000. A timed-out request is recorded as at least this long. */
  readonly timeoutMs?: number;
  /** Most arrivals that may wait for a connection; default: ten seconds of load. Past it they count as unsent. */
  readonly maxQueue?: number;
  /** How long to wait for answers after the last arrival; default: `timeoutMs`. */
  readonly drainMs?: number;
  /** `precise` spins before a send, `eco` (default) sleeps in whole milliseconds. */
  readonly pacing?: 'precise' | 'eco';
  /** Aborting stops sending, drains what is in flight for at most one second, and returns the partial result. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly clock?: Clock;
}

/** Drives one open-model run and returns its figures. Rejects only for bad options or an unreachable target. */
export function runLoad<User>(_options: LoadOptions<User>): Promise<LoadResult> {
  return Promise.reject(new Error('pending'));
}
