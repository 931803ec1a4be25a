import { Histogram } from 'millrace/core';
import type { ErrorClass, StepResult } from '../result/index.ts';
import type { RowMemory } from './row-memory.ts';
import { SlowRequests } from './slow-requests.ts';
import type { Windows } from './windows.ts';

/** What a row needs to know of a request: its clocks, in milliseconds, -1 for what did not happen. */
export interface TimedRequest {
  /** When it should have begun: the schedule's time, or when a flow asked for it. */
  readonly intendedAt: number;
  /** Its first write. */
  readonly writtenAt: number;
  readonly firstByteAt: number;
  /** It was written once more. */
  readonly retried: boolean;
  /** What it went out with; undefined for none. */
  readonly traceparent?: string | undefined;
  /** Writes its trace and span ids by words of 32 bits, where that is quicker; false: it has none of its own. */
  writeTraceWords?(words: Float64Array, at: number): boolean;
}

const SENT = 0;
const OK = 1;
const INTERRUPTED = 2;
const RESENT = 3;
const CENSORED = 4;
const CENSORED_FROM_US = 5;
const BODY_BYTES = 6;
const DECODED_BYTES = 7;
const OK_IN_TIME = 18;
const CODE_CALLS = 16;
const CODE_MS = 17;
const FIRST_ERROR = 8;
const ERRORS: readonly ErrorClass[] = [
  'timeout',
  'connect',
  'reset',
  'protocol',
  'status',
  'check',
  'client',
  'unsent',
];
const ERROR_CELLS: Readonly<Record<ErrorClass, number>> = Object.fromEntries(
  ERRORS.map((error, index) => [error, FIRST_ERROR + index]),
) as Record<ErrorClass, number>;

/** Counts and times of one kind of request while the run goes on. */
export class StepRecorder {
  readonly #counts: Float64Array;
  readonly #statuses: Float64Array;
  readonly #response: Histogram;
  readonly #service: Histogram;
  readonly #firstByte: Histogram;
  readonly #refusedResponse: Histogram;
  readonly #refusedService: Histogram;
  readonly #cutOffResponse: Histogram;
  readonly #cutOffService: Histogram;
  readonly #windows: Windows;
  readonly #slow: SlowRequests;

  /**
   * @param row the memory to count in, or to read
   * @param origin says when the run started
   */
  constructor(row: RowMemory, windows: Windows, origin: { readonly startAt: number }) {
    const { times } = row;
    this.#counts = row.counts;
    this.#statuses = row.statuses;
    this.#response = new Histogram(times.response);
    this.#service = new Histogram(times.service);
    this.#firstByte = new Histogram(times.firstByte);
    this.#refusedResponse = new Histogram(times.refusedResponse);
    this.#refusedService = new Histogram(times.refusedService);
    this.#cutOffResponse = new Histogram(times.cutOffResponse);
    this.#cutOffService = new Histogram(times.cutOffService);
    this.#windows = windows;
    this.#slow = new SlowRequests(row.slowest, origin);
  }

  /** A body was decoded to so many bytes; besides its answer. */
  decoded(bytes: number): void {
    this.#add(DECODED_BYTES, bytes);
  }

  /** A whole answer at `now`. `status` 0: it has none. `error` undefined: a success. */
  answered(request: TimedRequest, status: number, error: ErrorClass | undefined, bytes: number, now: number): void {
    const { intendedAt, writtenAt, firstByteAt } = request;
    const responseUs = (now - intendedAt) * 1_000;
    const serviceUs = (now - writtenAt) * 1_000;
    this.#began(request);
    this.#add(BODY_BYTES, bytes);
    if (status > 0) this.#statuses[status] = (this.#statuses[status] as number) + 1;
    this.#response.record(responseUs);
    this.#service.record(serviceUs);
    if (responseUs >= this.#slow.boundUs) this.#slow.offer(request, responseUs, now, status);
    if (firstByteAt >= 0) this.#firstByte.record((firstByteAt - writtenAt) * 1_000);
    if (error === undefined) {
      this.#add(OK, 1);
      if (now <= this.#windows.scheduleEndAt) this.#add(OK_IN_TIME, 1);
      this.#windows.ended(intendedAt, 'ok', bytes, now - intendedAt, true);
      return;
    }
    this.#add(ERROR_CELLS[error], 1);
    this.#refusedResponse.record(responseUs);
    this.#refusedService.record(serviceUs);
    this.#windows.ended(intendedAt, 'error', bytes, now - intendedAt, false);
  }

  /** No answer will come: it failed at `now`. */
  broken(request: TimedRequest, error: ErrorClass, now: number): void {
    const responseMs = now - request.intendedAt;
    this.#began(request);
    this.#offerUnanswered(request, error, now);
    this.#add(ERROR_CELLS[error], 1);
    this.#response.record(responseMs * 1_000);
    this.#refusedResponse.record(responseMs * 1_000);
    this.#windows.ended(request.intendedAt, 'error', 0, responseMs, false);
  }

  /** The run was interrupted before it ended. */
  interrupted(request: TimedRequest, now: number): void {
    const responseMs = now - request.intendedAt;
    this.#began(request);
    this.#add(INTERRUPTED, 1);
    this.#cutOffResponse.record(responseMs * 1_000);
    this.#windows.ended(request.intendedAt, 'interrupted', 0, responseMs, false);
    if (request.writtenAt >= 0) this.#cutOffService.record((now - request.writtenAt) * 1_000);
  }

  /** Given up at `now` while it waited: its times are known only to be at least what they are by then. */
  givenUp(request: TimedRequest, error: 'timeout' | 'unsent', now: number): void {
    const { intendedAt, writtenAt, firstByteAt } = request;
    const responseMs = now - intendedAt;
    const serviceMs = error === 'timeout' && writtenAt >= 0 ? now - writtenAt : undefined;
    this.#began(request);
    this.#offerUnanswered(request, error, now);
    this.#add(ERROR_CELLS[error], 1);
    this.#response.record(responseMs * 1_000);
    this.#windows.ended(intendedAt, 'error', 0, responseMs, true);
    this.#censored(Math.max(1, Math.floor((serviceMs ?? responseMs) * 1_000)));
    if (firstByteAt >= 0) this.#firstByte.record((firstByteAt - writtenAt) * 1_000);
    else if (serviceMs !== undefined) this.#firstByte.record(serviceMs * 1_000);
    if (serviceMs !== undefined) this.#service.record(serviceMs * 1_000);
  }

  /** So many that were never written had no end until `now`: as `unsent` they are given up, else interrupted. */
  leftBehind(intendedAt: number, times: number, ending: 'unsent' | 'interrupted', now: number): void {
    if (times === 0) return;
    const waitedMs = now - intendedAt;
    if (ending === 'interrupted') {
      this.#add(INTERRUPTED, times);
      this.#cutOffResponse.recordMany(waitedMs * 1_000, times);
      this.#windows.ended(intendedAt, 'interrupted', 0, waitedMs, false, times);
      return;
    }
    this.#add(ERROR_CELLS.unsent, times);
    this.#response.recordMany(waitedMs * 1_000, times);
    this.#windows.ended(intendedAt, 'error', 0, waitedMs, true, times);
    this.#censored(Math.max(1, Math.floor(waitedMs * 1_000)), times);
  }

  /** One call of the scenario's own code took that long; of some calls, by chance. */
  codeTook(ms: number): void {
    this.#add(CODE_CALLS, 1);
    this.#add(CODE_MS, ms);
  }

  /** How many calls of the scenario's own code were timed, and what they took together. */
  get codeTimes(): { readonly calls: number; readonly ms: number } {
    return { calls: this.#count(CODE_CALLS), ms: this.#count(CODE_MS) };
  }

  result(): StepResult {
    const cutOff = this.#cutOffResponse.count > 0;
    const slowest = this.#slow.result(ERRORS);
    // Before the times that they are part of: another thread may be recording, and writes them last.
    const refusedResponseTimeUs = this.#refusedResponse.snapshot();
    const refusedServiceTimeUs = this.#refusedService.snapshot();
    return {
      sent: this.#count(SENT),
      ok: this.#count(OK),
      okInTime: this.#count(OK_IN_TIME),
      errors: this.#errors(),
      interrupted: this.#count(INTERRUPTED),
      ...(cutOff && {
        cutOff: { responseTimeUs: this.#cutOffResponse.snapshot(), serviceTimeUs: this.#cutOffService.snapshot() },
      }),
      resent: this.#count(RESENT),
      statuses: this.#answersByStatus(),
      censored: this.#count(CENSORED),
      censoredFromUs: this.#count(CENSORED_FROM_US),
      bodyBytes: this.#count(BODY_BYTES),
      ...(this.#count(DECODED_BYTES) > 0 && { decodedBytes: this.#count(DECODED_BYTES) }),
      responseTimeUs: this.#response.snapshot(),
      serviceTimeUs: this.#service.snapshot(),
      firstByteTimeUs: this.#firstByte.snapshot(),
      ...(slowest.length > 0 && { slowest }),
      refusedResponseTimeUs,
      refusedServiceTimeUs,
    };
  }

  #offerUnanswered(request: TimedRequest, error: ErrorClass, now: number): void {
    const responseUs = (now - request.intendedAt) * 1_000;
    if (responseUs >= this.#slow.boundUs) this.#slow.offer(request, responseUs, now, -1 - ERRORS.indexOf(error));
  }

  #began({ writtenAt, retried }: TimedRequest): void {
    if (writtenAt >= 0) this.#add(SENT, 1);
    if (retried) this.#add(RESENT, 1);
  }

  #censored(fromUs: number, times: number = 1): void {
    const least = this.#count(CENSORED) === 0 ? fromUs : Math.min(this.#count(CENSORED_FROM_US), fromUs);
    this.#counts[CENSORED_FROM_US] = least;
    this.#add(CENSORED, times);
  }

  #errors(): Partial<Record<ErrorClass, number>> {
    const errors: Partial<Record<ErrorClass, number>> = {};
    for (const error of ERRORS)
      if (this.#count(ERROR_CELLS[error]) > 0) errors[error] = this.#count(ERROR_CELLS[error]);
    return errors;
  }

  #answersByStatus(): Record<string, number> {
    const statuses: Record<string, number> = {};
    this.#statuses.forEach((count, status) => {
      if (count > 0) statuses[status] = count;
    });
    return statuses;
  }

  #count(cell: number): number {
    return this.#counts[cell] as number;
  }

  #add(cell: number, amount: number): void {
    this.#counts[cell] = (this.#counts[cell] as number) + amount;
  }
}
