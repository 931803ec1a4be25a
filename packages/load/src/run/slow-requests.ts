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
  #kept: number;

  /** @param origin says when the run started */
  constructor(cells: Float64Array, origin: { readonly startAt: number }) {
    this.#cells = cells;
    this.#origin = origin;
    this.#kept = this.#count();
  }

  /** A request whose response time reached the bound. */
  offer(request: TimedRequest, responseUs: number, now: number, status: number): void {
    const { intendedAt, writtenAt, traceparent } = request;
    const ids = writtenAt < 0 || traceparent === undefined ? undefined : readTraceparent(traceparent);
    if (ids === undefined) return;
    const place = this.#kept < SLOWEST_KEPT ? this.#kept : this.#quickest();
    const startMs = intendedAt - this.#origin.startAt;
    const times = { responseUs, serviceUs: (now - writtenAt) * 1_000, startMs };
    if (this.#kept === SLOWEST_KEPT && !isSlower({ ...times, ...ids }, this.#read(place))) return;
    const words = (ids.traceId + ids.spanId).match(/.{8}/g) as string[];
    this.#cells.set(
      [responseUs, times.serviceUs, startMs, status, ...words.map((word) => Number.parseInt(word, 16))],
      place * CELLS,
    );
    if (this.#kept < SLOWEST_KEPT) this.#kept++;
    if (this.#kept === SLOWEST_KEPT) this.boundUs = this.#cells[this.#quickest() * CELLS + RESPONSE_US] as number;
  }

  /** The slowest first. @param errors the classes that a status below 0 counts into */
  result(errors: readonly ErrorClass[]): SlowRequest[] {
    const places = Array.from({ length: this.#count() }, (_, place) => place);
    return places.map((place) => this.#read(place, errors)).toSorted((a, b) => (isSlower(a, b) ? -1 : 1));
  }

  #quickest(): number {
    let quickest = 0;
    for (let place = 1; place < SLOWEST_KEPT; place++) {
      if (isSlower(this.#read(quickest), this.#read(place))) quickest = place;
    }
    return quickest;
  }

  /** A span's id is never all zeros. */
  #count(): number {
    let count = 0;
    while (count < SLOWEST_KEPT && this.#spanOf(count) !== 0) count++;
    return count;
  }

  #spanOf(place: number): number {
    const at = place * CELLS + IDS + 4;
    return (this.#cells[at] as number) + (this.#cells[at + 1] as number);
  }

  #read(place: number, errors: readonly ErrorClass[] = []): SlowRequest {
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
