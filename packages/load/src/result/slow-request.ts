import type { ErrorClass } from './result.ts';

/** A slow request, and where the service's own trace of it is found. */
export interface SlowRequest {
  /** As its `traceparent` said: 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** From the intended start, in microseconds; of what was given up, what it had waited by then. */
  readonly responseUs: number;
  /** From the first write. */
  readonly serviceUs: number;
  /** Its intended start, in milliseconds after that of the run. */
  readonly startMs: number;
  /** Absent when no whole answer came. */
  readonly status?: number;
  /** Why no whole answer came. */
  readonly error?: ErrorClass;
}

/** Most slow requests kept of one row. */
export const SLOWEST_KEPT: number = 10;

/** Whether `a` stands before `b` among the slowest: an order of all requests, whoever sent them. */
export function isSlower(a: Omit<SlowRequest, 'status' | 'error'>, b: Omit<SlowRequest, 'status' | 'error'>): boolean {
  if (a.responseUs !== b.responseUs) return a.responseUs > b.responseUs;
  if (a.startMs !== b.startMs) return a.startMs < b.startMs;
  return a.traceId + a.spanId < b.traceId + b.spanId;
}

/** The slowest of several parts of a run, in their order. */
export function mergeSlowest(parts: readonly (readonly SlowRequest[])[]): SlowRequest[] {
  return parts
    .flat()
    .toSorted((a, b) => (isSlower(a, b) ? -1 : 1))
    .slice(0, SLOWEST_KEPT);
}
