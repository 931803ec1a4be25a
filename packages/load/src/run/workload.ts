import type { Clock, Random } from 'millrace/core';
import type { ConnectionTimes, Exchange, ExchangeHandler, Tracing } from '../http/index.ts';
import type { CheckResult, FailureReason, LoadResult } from '../result/index.ts';
import type { Transport } from './dispatcher.ts';
import type { Recorder } from './recorder.ts';
import type { RunMemory } from './run-memory.ts';
import type { Share } from './share.ts';
import type { Target } from './target.ts';

/** What a {@link Workload} found, as the result shows it. */
export type WorkloadRows = Pick<LoadResult, 'total' | 'steps' | 'flows' | 'groups' | 'checks'>;

/** What lies in no memory, for its names come up while the run goes on. Bounded, by flow and by check. */
export interface WorkloadWords {
  /** Why iterations failed, by flow. */
  readonly reasons: Readonly<Record<string, readonly FailureReason[]>>;
  readonly checks: readonly CheckResult[];
}

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
  /** Messages and events dropped because nobody took them in time; default: there are none. */
  readonly dropped?: number;
  /** Arrival `index` is due. After an interruption it is cut off at once. */
  admit(index: number, intendedAt: number, now: number): void;
  /** To be called often: timeouts, and one more attempt for what waits. */
  sweep(now: number): void;
  /** From now on whatever is cut off is cut off by the interruption; so is all that waits. */
  interrupt(now: number): void;
  /** Ends it: what waits was never sent, what is under way has had its time. */
  close(now: number): void;
  /** The figures by row. */
  rows(): WorkloadRows;
  /** What it has to say in words until now; absent where all is in the figures. */
  words?(): WorkloadWords;
}

/** What a {@link ScriptedScenario} is told before the run starts. */
export interface WorkloadContext {
  readonly target: Target;
  readonly seed: number;
  readonly clock: Clock;
  /** Most arrivals that may wait. */
  readonly maxQueue: number;
  /** Most WebSockets and event streams open at one time. */
  readonly maxLinks: number;
  /** The part of the users that is driven here. */
  readonly share: Share;
  readonly signal: AbortSignal | undefined;
  /** Default: no request is traced. */
  readonly tracing?: Tracing | undefined;
  /** Opens connections to the target. */
  openTransport<E extends Exchange>(handler: ExchangeHandler<E>): Transport<E>;
}

/** A scenario that makes its own workload. */
export interface ScriptedScenario {
  readonly name: string;
  readonly users: number;
  /** Done once a run, before anything is opened; gives plain data. */
  setUp(context: WorkloadContext): Promise<unknown>;
  /**
   * Done once a worker, before it starts.
   * @param shared what {@link ScriptedScenario.setUp} gave
   */
  open(context: WorkloadContext, shared: unknown): Promise<(ground: WorkloadGround) => Workload>;
}

/** Whether the scenario makes its own workload. */
export function isScripted(scenario: object): scenario is ScriptedScenario {
  return 'setUp' in scenario && 'open' in scenario;
}
