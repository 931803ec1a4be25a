import { readTraceparent } from '../http/index.ts';
import { type ErrorClass, isSlower, SLOWEST_KEPT, type SlowRequest } from '../result/index.ts';
import type { TimedRequest } from './step-recorder.ts';

/** Cells of one request: times, how it ended, and its ids by words of 32 bits. */
const CELLS = 10;
const RESPONSE_US = 0;
const SERVICE_US = 1;
const START_MS = 2;
/** A status, or below 0 the place of an error without one. */
const STATUS = 3;
const IDS = 4;
const TRACE_WORDS = 4;
const WORD_DIGITS = 8;

/** Doubles that a row's slowest requests take. */
export const SLOW_CELLS: number = SLOWEST_KEPT * CELLS;

/**
 * The slowest requests of a row that a server's trace can be found for. Which they are does not depend on the order in
 * which they ended, so those of several threads are, merged, those of one.
 */
export class SlowRequests {
  /** What a response time must reach to matter, in microseconds: one comparison a request. */
  boundUs: number = 0;
  readonly #cells: Float64Array;
  readonly #origin: { readonly startAt: number };
  readonly #offered: Float64Array = new Float64Array(CELLS);
  #kept: number;
  /** Where the one is that goes next. */
  #last = 0;

  /** @param origin says when the run started */
  constructor(cells: Float64Array, origin: { readonly startAt: number }) {
    this.#cells = cells;
    this.#origin = origin;
    this.#kept = this.#count();
    if (this.#kept === SLOWEST_KEPT) this.#findLast();
  }

  /** A request whose response time reached the bound: where a queue grows that is each one, so it must cost little. */
  offer(request: TimedRequest, responseUs: number, now: number, status: number): void {
    const { intendedAt, writtenAt } = request;
    const offered = this.#offered;
    if (writtenAt < 0 || !writeIds(request, offered)) return;
    offered[RESPONSE_US] = responseUs;
    offered[SERVICE_US] = (now - writtenAt) * 1_000;
    offered[START_MS] = intendedAt - this.#origin.startAt;
    offered[STATUS] = status;
    if (this.#kept < SLOWEST_KEPT) this.#last = this.#kept++;
    else if (!isBefore(offered, 0, this.#cells, this.#last * CELLS)) return;
    this.#cells.set(offered, this.#last * CELLS);
    if (this.#kept === SLOWEST_KEPT) this.#findLast();
  }

  /** The slowest first. @param errors the classes that a status below 0 counts into */
  result(errors: readonly ErrorClass[]): SlowRequest[] {
    const places = Array.from({ length: this.#count() }, (_, place) => place);
    return places.map((place) => this.#read(place, errors)).toSorted((a, b) => (isSlower(a, b) ? -1 : 1));
  }

  #findLast(): void {
    let last = 0;
    for (let place = 1; place < SLOWEST_KEPT; place++) {
      if (isBefore(this.#cells, last * CELLS, this.#cells, place * CELLS)) last = place;
    }
    this.#last = last;
    this.boundUs = this.#cells[last * CELLS + RESPONSE_US] as number;
  }

  /** A span's id is never all zeros. */
  #count(): number {
    let count = 0;
    while (count < SLOWEST_KEPT && this.#spanOf(count) !== 0) count++;
    return count;
  }

  #spanOf(place: number): number {
    const at = place * CELLS + IDS + TRACE_WORDS;
    return (this.#cells[at] as number) + (this.#cells[at + 1] as number);
  }

  #read(place: number, errors: readonly ErrorClass[]): SlowRequest {
    const cells = this.#cells.subarray(place * CELLS, (place + 1) * CELLS);
    const hex = [...cells.subarray(IDS)].map((word) => word.toString(16).padStart(WORD_DIGITS, '0')).join('');
    const status = cells[STATUS] as number;
    const error = status < 0 ? errors[-1 - status] : undefined;
    return {
      ...{ traceId: hex.slice(0, 32), spanId: hex.slice(32) },
      responseUs: cells[RESPONSE_US] as number,
      serviceUs: cells[SERVICE_US] as number,
      startMs: cells[START_MS] as number,
      ...(status > 0 && { status }),
      ...(error !== undefined && { error }),
    };
  }
}

/** The order of {@link isSlower}, in cells. */
function isBefore(a: Float64Array, aAt: number, b: Float64Array, bAt: number): boolean {
  const slower = (a[aAt + RESPONSE_US] as number) - (b[bAt + RESPONSE_US] as number);
  if (slower !== 0) return slower > 0;
  const later = (a[aAt + START_MS] as number) - (b[bAt + START_MS] as number);
  if (later !== 0) return later < 0;
  for (let cell = IDS; cell < CELLS; cell++) {
    const higher = (a[aAt + cell] as number) - (b[bAt + cell] as number);
    if (higher !== 0) return higher < 0;
  }
  return false;
}

/** Whether the request has ids: they are then in its cells. */
function writeIds(request: TimedRequest, cells: Float64Array): boolean {
  if (request.writeTraceWords?.(cells, IDS) === true) return true;
  const { traceparent } = request;
  const ids = traceparent === undefined ? undefined : readTraceparent(traceparent);
  if (ids === undefined) return false;
  const hex = ids.traceId + ids.spanId;
  for (let cell = IDS; cell < CELLS; cell++) {
    const at = (cell - IDS) * WORD_DIGITS;
    cells[cell] = Number.parseInt(hex.slice(at, at + WORD_DIGITS), 16);
  }
  return true;
}
