import { Histogram } from 'millrace/core';
import { SLOW_CELLS } from './slow-requests.ts';
import { createWindowsMemory, type WindowShape, type WindowsMemory } from './windows.ts';

/** Gives memory of zeros. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/** The histograms of a row. */
const ROW_TIMES = [
  'response',
  'service',
  'firstByte',
  'refusedResponse',
  'refusedService',
  'cutOffResponse',
  'cutOffService',
] as const;

/** What one row is kept in. What each count means is its recorder's. */
export interface RowMemory {
  readonly counts: Float64Array;
  /** Answers by status. */
  readonly statuses: Float64Array;
  readonly times: Readonly<Record<(typeof ROW_TIMES)[number], Uint32Array>>;
  readonly windows: WindowsMemory;
  readonly slowest: Float64Array;
}

const COUNTS = 32;
const STATUSES = 1_000;

/** An empty row in memory that `allocate` gives. */
export function createRowMemory(shape: WindowShape, allocate: Allocate): RowMemory {
  const times = ROW_TIMES.map((name) => [name, histogramMemory(allocate)] as const);
  return {
    counts: countsMemory(COUNTS, allocate),
    statuses: countsMemory(STATUSES, allocate),
    times: Object.fromEntries(times) as RowMemory['times'],
    windows: createWindowsMemory(shape, allocate),
    slowest: countsMemory(SLOW_CELLS, allocate),
  };
}

/** Counts, exact to 2^53. */
export function countsMemory(length: number, allocate: Allocate): Float64Array {
  return new Float64Array(allocate(length * Float64Array.BYTES_PER_ELEMENT));
}

export function histogramMemory(allocate: Allocate): Uint32Array {
  return new Uint32Array(allocate(Histogram.storageBytes));
}
