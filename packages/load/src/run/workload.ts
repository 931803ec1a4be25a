import type { Clock, Random } from 'millrace/core';
import type { ConnectionTimes } from '../http/index.ts';
import type { LoadResult } from '../result/index.ts';
import type { Recorder } from './recorder.ts';
import type { RunMemory } from './run-memory.ts';

/** What a {@link Workload} found, as the result shows it. */
export type WorkloadRows = Pick<LoadResult, 'total' | 'steps'>;

/** What a run lays under its workload. */
export interface WorkloadGround {
  readonly clock: Clock;
  /** Counts arrivals: each is to be `taken` once and `settled` once. */
  readonly recorder: Recorder;
  /** Keeps the figures of rows: open one for each kind of request. */
  readonly memory: RunMemory;
  /** The run's seed; fork it. */
  readonly random: Random;
  /** To be called once for each arrival; `ok` is false for any error. */
  readonly onSettled: (ok: boolean, now: number) => void;
}

/**
 * What an arrival is: one request of a step, or one iteration of a flow. A run admits arrivals when they are due and
 * drives the rest by the clock; the workload settles each of them exactly once, at the latest when it is closed.
 */
export interface Workload {
  /** Nothing waits and nothing is under way. */
  readonly isIdle: boolean;
  /** Arrivals under way. */
  readonly inFlight: number;
  /** Most arrivals that waited at one time. */
  readonly queuedMax: number;
  /** Connections opened so far. */
  readonly opened: number;
  /** Idle connections on which bytes came. */
  readonly desyncs: number;
  readonly times: ConnectionTimes;
  /** Arrival `index` is due. */
  admit(index: number, intendedAt: number, now: number): void;
  /** To be called often: timeouts, and one more attempt for what waits. */
  sweep(now: number): void;
  /** From now on whatever is cut off is cut off by the interruption; so is all that waits. */
  interrupt(now: number): void;
  /** Ends it: what waits was never sent, what is under way has had its time. */
  close(now: number): void;
  /** The figures by row. */
  rows(): WorkloadRows;
}
