import type { HistogramSnapshot } from 'millrace/core';

/** Why a request did not count as success. */
export type ErrorClass = 'timeout' | 'connect' | 'reset' | 'protocol' | 'status' | 'check' | 'client' | 'unsent';

/** The figures of one kind of request, or of all. Histograms hold microseconds. */
export interface StepResult {
  readonly sent: number;
  readonly ok: number;
  readonly errors: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** Samples that are only known to be at least their value: timeouts and work that was never sent or answered. */
  readonly censored: number;
  /** From the intended start to the last byte: what a user waits. */
  readonly responseTimeUs: HistogramSnapshot;
  /** From the written request to the last byte: what the service takes. */
  readonly serviceTimeUs: HistogramSnapshot;
}

/** The verdict on the generator itself. */
export interface Validity {
  readonly verdict: 'valid' | 'invalid';
  /** One line a reason, with its figure; empty when valid. */
  readonly reasons: readonly string[];
}

/** The result of one run, as written to JSON (schema: `load-result.schema.json`). */
export interface LoadResult {
  readonly schema: 'millrace-load-result/1';
  readonly scenario: string;
  readonly target: string;
  readonly seed: number;
  /** Label only; ISO 8601. */
  readonly startedAt: string;
  readonly arrivals: { readonly kind: string; readonly planned: number; readonly durationMs: number; readonly targetPerSecond: number };
  /** Sent in the sending window ÷ planned for it. */
  readonly achievedRatio: number;
  readonly interrupted: boolean;
  readonly total: StepResult;
  readonly steps: Readonly<Record<string, StepResult>>;
  /** One entry a second of the intended schedule. */
  readonly seconds: readonly { readonly second: number; readonly planned: number; readonly ok: number; readonly errors: number; readonly maxResponseUs: number }[];
  readonly generator: {
    /** From the intended start to the write: the generator's own lateness and its queue. */
    readonly sendLagUs: HistogramSnapshot;
    readonly cpuMs: number;
    readonly elapsedMs: number;
    readonly loopDelayP99Us: number;
    readonly connectionsOpened: number;
  };
  /** How long the drain after the last arrival took. */
  readonly drainMs: number;
  readonly validity: Validity;
}
