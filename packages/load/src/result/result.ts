import type { HistogramSnapshot } from 'millrace/core';
import type { ServiceRemark } from './service-remark.ts';
import type { SlowRequest } from './slow-request.ts';
import type { Validity } from './validity-reason.ts';

/**
 * Why a request did not count as success.
 *
 * - `timeout` no whole answer within `timeoutMs` of the write, or before the drain ended
 * - `connect` no connection: refused, unreachable
 * - `reset` the connection ended before the answer did
 * - `protocol` the answer was not well-formed HTTP/1.1, or bytes followed it
 * - `status` a whole answer with a status that the step does not expect
 * - `check` a whole answer that the step's `onAnswer` refused
 * - `client` the generator's own fault: no file descriptor or local port left, a step that threw
 * - `unsent` never written: the queue was full, the run ended, or the user's prerequisite failed
 */
export type ErrorClass = 'timeout' | 'connect' | 'reset' | 'protocol' | 'status' | 'check' | 'client' | 'unsent';

/** What requests had waited when an interruption of the run cut them off, in microseconds: each time is a lower bound. */
export interface CutOffTimes {
  /** From the intended start. */
  readonly responseTimeUs: HistogramSnapshot;
  /** From the first write, of those that were written. */
  readonly serviceTimeUs: HistogramSnapshot;
}

/** The figures of one kind of request, or of all. Histograms hold microseconds. */
export interface StepResult {
  /** Requests written to a connection at least once. */
  readonly sent: number;
  readonly ok: number;
  /** Of these, those that came while the schedule ran, not in the drain; absent where that was not counted. */
  readonly okInTime?: number;
  readonly errors: Readonly<Partial<Record<ErrorClass, number>>>;
  /** Cut off by an interruption of the run: neither good nor an error. */
  readonly interrupted: number;
  /** What the interrupted had waited; in none of the other times. Only when there are any. */
  readonly cutOff?: CutOffTimes;
  /** Written once more because the kept connection was closed under the request. A good answer may have followed. */
  readonly resent: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Samples that are only known to be at least their value: what was given up while it still waited. */
  readonly censored: number;
  /** The smallest censored sample, in microseconds: percentiles up to it are exact, those above are lower bounds. 0 when none. */
  readonly censoredFromUs: number;
  /** Bytes of the answers' bodies, without chunk framing. */
  readonly bodyBytes: number;
  /** Bytes of those bodies with a content coding that were read, after it was undone; absent when there were none. */
  readonly decodedBytes?: number;
  /** From the intended start to the last byte: what a user waits. One sample for each arrival, answered or not, but for the interrupted. */
  readonly responseTimeUs: HistogramSnapshot;
  /** From the first write of the request to the last byte: what the service takes. Answers and timeouts only. */
  readonly serviceTimeUs: HistogramSnapshot;
  /** From the first write of the request to the first byte of the answer (TTFB): of the same requests, good or not. */
  readonly firstByteTimeUs: HistogramSnapshot;
  /** The ten slowest requests that a trace can be found for, the slowest first; absent where none was sent with one. */
  readonly slowest?: readonly SlowRequest[];
  /** Of the response times above, those that ended in a failure (any error but those that are censored): a quick refusal is no quick service. */
  readonly refusedResponseTimeUs: HistogramSnapshot;
  /** Of the service times, those of answers that count as errors. */
  readonly refusedServiceTimeUs: HistogramSnapshot;
}

/** A reason for failing, and how often it was so. */
export interface FailureReason {
  readonly reason: string;
  readonly count: number;
}

/** The figures of one flow, or of one group of its requests: `planned` = `ok` + `failed` + `interrupted`. */
export interface FlowResult
  extends Pick<
    StepResult,
    | 'cutOff'
    | 'censored'
    | 'censoredFromUs'
    | 'responseTimeUs'
    | 'serviceTimeUs'
    | 'refusedResponseTimeUs'
    | 'refusedServiceTimeUs'
  > {
  /** Iterations whose time came. */
  readonly planned: number;
  /** Those that ran to their end. Checks that failed in them are counted apart. */
  readonly ok: number;
  /** Those that threw, were given up when the drain was over, or never started. */
  readonly failed: number;
  readonly interrupted: number;
  /** Of the failed, those that no user was free for. */
  readonly unstarted: number;
  /** Why iterations failed: the first twenty kinds, the rest together. */
  readonly reasons: readonly FailureReason[];
}

/** How often a check of a scenario passed. */
export interface CheckResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

/** How late something of the generator was, in microseconds: percentiles at most 3.2 % too high, however few samples they have. */
export interface LatenessTimes {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The generator's own lateness in one window of the run, so that it can be told from a slow service. */
export interface GeneratorWindow {
  /** When the window begins, in seconds after the start. */
  readonly second: number;
  /** From the intended start to the first write, of what was due in the window and written; absent: nothing was. */
  readonly sendLagUs?: LatenessTimes;
  /** How much later than asked the event loop ran its timers, to a tenth of a second of the window; of several threads the worst of each figure. */
  readonly loopDelayUs?: LatenessTimes;
}

/** What the generator did and what it cost. */
export interface GeneratorResult {
  /** Send lag, from the intended start to the first write: the generator's own lateness, and the wait for a connection. */
  readonly sendLagUs: HistogramSnapshot;
  /** Schedule lag, from the intended start until the generator took the arrival up: its own lateness alone. The verdict judges it. */
  readonly scheduleLagUs: HistogramSnapshot;
  /** Threads that drove the run; absent: one, that of its caller. */
  readonly workers?: number;
  /** Processor time of the generator's threads together. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly loopDelayP99Us: number;
  readonly connectionsOpened: number;
  /** From the first packet of each connection that opened until TCP was connected. */
  readonly connectTimeUs: HistogramSnapshot;
  /** From then until the TLS handshake was done; empty without TLS. */
  readonly tlsTimeUs: HistogramSnapshot;
  /** Idle connections closed because bytes came that nobody had asked for. */
  readonly desyncs: number;
  /** Most arrivals that waited for a connection at one time; of several threads the sum of their own, an upper bound. */
  readonly queuedMax: number;
  /** Its lateness in windows as wide as those of `seconds`; absent where it was not measured so. */
  readonly windows?: readonly GeneratorWindow[];
}

/** One second of the intended schedule, or `windowSeconds` of it. */
export interface SecondResult {
  /** When it begins, in seconds after the start. */
  readonly second: number;
  readonly planned: number;
  readonly ok: number;
  readonly errors: number;
  readonly interrupted: number;
  /** Bytes of the answers' bodies; absent when there were none. */
  readonly bodyBytes?: number;
  /** Of all but the interrupted, in microseconds. */
  readonly maxResponseUs: number;
  /** Of what was answered well, and as lower bounds of what was given up; absent when there was neither. */
  readonly responseUs?: WindowTimes;
}

/** Response times of one window, in microseconds: percentiles at most 3.2 % too high, however few samples they have. */
export interface WindowTimes {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** How a run settled, as the means of its windows tell. */
export interface SettlingResult {
  /** How long its times differed from what came after; 0 when they did not. */
  readonly seconds: number;
  /** `false`: they still changed in its second half, and where they would have settled is unknown. */
  readonly settled: boolean;
}

/** What a run was told of its load. Runs that differ in it were not put to the same test. */
export interface LoadSetup {
  /** `open`: arrivals come by a schedule; `closed`: each when the one before it in its loop has ended. */
  readonly model: 'open' | 'closed';
  /** Virtual users; absent for plain requests, which nobody in particular sends. */
  readonly users?: number;
  /** Most connections kept open, of all threads together. */
  readonly connections: number;
  readonly engine: 'fast' | 'compat';
  readonly pacing: 'precise' | 'eco';
  /** Threads that drove the run. */
  readonly workers: number;
  readonly timeoutMs: number;
  /** Most bytes that each connection read a second; absent: all that came. */
  readonly readBytesPerSecond?: number;
  /** When the target's name was resolved; absent: once, before the run. */
  readonly dns?: 'connect' | { readonly ttlMs: number };
  /** The numbers of the shape, by the names of their options: rates, times, of a closed run its length and bound of requests. */
  readonly shape: Readonly<Record<string, number | readonly number[]>>;
}

/** The result of one run, as written to JSON (schema: `load-result.schema.json`). */
export interface LoadResult {
  readonly schema: 'millrace-load-result/2';
  readonly scenario: string;
  readonly target: string;
  readonly seed: number;
  /** Label only; ISO 8601. */
  readonly startedAt: string;
  readonly arrivals: {
    readonly kind: 'constant' | 'ramp' | 'steps' | 'spike' | 'sine' | 'closed';
    /** They came at random, not evenly. */
    readonly poisson: boolean;
    /** Arrivals whose time came; less than the whole schedule only when the run was interrupted. */
    readonly planned: number;
    readonly durationMs: number;
    readonly targetPerSecond: number;
  };
  /** What the load was, beside its arrivals; absent where whoever made the result did not say. */
  readonly setup?: LoadSetup;
  /** Sent in the sending window ÷ planned for it. */
  readonly achievedRatio: number;
  readonly interrupted: boolean;
  /** All arrivals: `planned` = `ok` + errors + `interrupted`. Prerequisites are not arrivals and stand only in `steps`. */
  readonly total: StepResult;
  readonly steps: Readonly<Record<string, StepResult>>;
  /** Of a scenario of flows: what an arrival is there. `total` and `steps` are then the requests in them, each from when it was asked for. */
  readonly flows?: Readonly<Record<string, FlowResult>>;
  /** Of a scenario of flows: what they timed together. */
  readonly groups?: Readonly<Record<string, FlowResult>>;
  /** Of a scenario of flows: what they checked. */
  readonly checks?: readonly CheckResult[];
  /** One entry a second of the intended schedule, or every `windowSeconds`. */
  readonly seconds: readonly SecondResult[];
  /** How many seconds an entry of `seconds` spans: 1, more in runs above 1,000 s. Absent: 1. */
  readonly windowSeconds?: number;
  /** The same of each row of `steps`, by the second in which a request was asked for. */
  readonly stepSeconds?: Readonly<Record<string, readonly SecondResult[]>>;
  /** How many seconds an entry of `stepSeconds` spans: 1, more in runs above 250 s. */
  readonly stepWindowSeconds?: number;
  /** How long the run warmed up. Only where the load was steady, and each window has samples. Nothing is taken off for it. */
  readonly warmUp?: SettlingResult;
  readonly generator: GeneratorResult;
  /** How long the drain after the last arrival took. */
  readonly drainMs: number;
  readonly validity: Validity;
  /** What is noteworthy of the service though no request failed by it. */
  readonly remarks: readonly ServiceRemark[];
}
