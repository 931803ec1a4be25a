import { createGeneratorWindows, type GeneratorWindowsMemory } from './generator-windows.ts';
import { type Allocate, countsMemory, createRowMemory, histogramMemory, type RowMemory } from './row-memory.ts';
import { StepRecorder } from './step-recorder.ts';
import { createWindowsMemory, type WindowShape, Windows, type WindowsMemory, windowShapeOf } from './windows.ts';

/*
 * Where a run keeps its figures: typed arrays, written by one thread. When they lie on shared memory another thread
 * may read them at any time, and after the writer's death. A read while the run goes on may fall between two cells of
 * one arrival; at its end the cells agree.
 *
 * Rows come up while the run goes on, so memory grows by pieces. Each is announced once, before anything is in it, and
 * is plain data that `postMessage` carries: over shared memory the copy is the same memory.
 *
 * Counts are doubles, exact to 2^53; histograms carry beyond 2^32. All of it is bounded by the number of rows.
 */

/** What kind of thing a row counts: a step's requests add up to the total, the others stand beside it. */
export type RowKind = 'step' | 'prerequisite' | 'flow' | 'group';

/** The row of what has no room for a row of its own, where a kind has one: only names that come up during a run may. */
export const OTHERS: Readonly<Record<Exclude<RowKind, 'flow'>, string>> = {
  step: 'other names',
  group: 'other names',
  prerequisite: 'other prerequisites',
};

/** What spans all rows is kept in. */
export interface TotalsMemory {
  readonly counts: Float64Array;
  readonly sendLag: Uint32Array;
  readonly scheduleLag: Uint32Array;
  readonly connect: Uint32Array;
  readonly tls: Uint32Array;
  readonly windows: WindowsMemory;
  /** The generator's own lateness. */
  readonly generator: GeneratorWindowsMemory;
  /** Counts of the generator's own failures, by their place among the reasons. */
  readonly reasons: Float64Array;
  /** What the generator cost; written about ten times a second. */
  readonly health: Float64Array;
  /** What the workload was doing then. */
  readonly workload: Float64Array;
}

/** A part of a run's memory, as it is announced. */
export type MemoryPiece =
  | { readonly kind: 'totals'; readonly totals: TotalsMemory }
  | { readonly kind: 'row'; readonly row: NamedRow }
  | { readonly kind: 'reason'; readonly text: string };

/** A row with its kind and name. */
export interface NamedRow {
  readonly kind: RowKind;
  readonly name: string;
  readonly memory: RowMemory;
}

/** Options of a {@link RunMemory}. */
export interface RunMemoryOptions {
  /** Default: memory of this thread alone. */
  readonly allocate?: Allocate;
  /** Told of each piece. */
  readonly announce?: (piece: MemoryPiece) => void;
  /** What another thread announced, to read it. */
  readonly totals?: TotalsMemory;
}

/** Most windows of all arrivals, and of one row: 8 MB with the generator's, and 1 MB. */
const TOTAL_WINDOWS = 1_000;
const ROW_WINDOWS = 250;
const COUNTS = 32;
const REASONS = 21;
const OTHER_REASONS = 'other reasons';

/** The memory of one thread's part of a run. */
export class RunMemory {
  readonly totalShape: WindowShape;
  readonly rowShape: WindowShape;
  readonly totals: TotalsMemory;
  readonly rows: NamedRow[] = [];
  /** Why the generator could not send, in the order of `totals.reasons`. */
  readonly reasons: string[] = [];
  /** When the schedule starts, in clock milliseconds; set before the first arrival. */
  startAt: number = 0;
  /** Of the schedule. */
  readonly durationMs: number;
  readonly #allocate: Allocate;
  readonly #announce: (piece: MemoryPiece) => void;

  /** @param durationMs of the schedule; all threads of a run must say the same. */
  constructor(durationMs: number, { allocate = own, announce = () => {}, totals }: RunMemoryOptions = {}) {
    this.durationMs = durationMs;
    this.totalShape = windowShapeOf(durationMs, TOTAL_WINDOWS);
    this.rowShape = windowShapeOf(durationMs, ROW_WINDOWS);
    this.#allocate = allocate;
    this.#announce = announce;
    this.totals = totals ?? createTotals(this.totalShape, allocate);
    announce({ kind: 'totals', totals: this.totals });
  }

  /** Takes in a piece that another thread announced. */
  add(piece: MemoryPiece): void {
    if (piece.kind === 'row') this.rows.push(piece.row);
    if (piece.kind === 'reason') this.reasons.push(piece.text);
  }

  /** A recorder of the row of that kind and name, which is made when it is new. */
  openRow(kind: RowKind, name: string): StepRecorder {
    const known = this.rows.find((row) => row.kind === kind && row.name === name);
    const { memory } = known ?? this.#newRow(kind, name);
    return new StepRecorder(memory, new Windows(this.rowShape, this, memory.windows), this);
  }

  /** Counts one failure of the generator itself. Past twenty reasons the rest goes together. */
  countReason(text: string): void {
    let place = this.reasons.indexOf(text);
    if (place === -1) place = this.#placeOf(this.reasons.length < REASONS - 1 ? text : OTHER_REASONS);
    this.totals.reasons[place] = (this.totals.reasons[place] as number) + 1;
  }

  /** Each reason with its count. */
  reasonCounts(): Map<string, number> {
    return new Map(this.reasons.map((text, place) => [text, this.totals.reasons[place] as number]));
  }

  #newRow(kind: RowKind, name: string): NamedRow {
    const row = { kind, name, memory: createRowMemory(this.rowShape, this.#allocate) };
    this.rows.push(row);
    this.#announce({ kind: 'row', row });
    return row;
  }

  #placeOf(text: string): number {
    const known = this.reasons.indexOf(text);
    if (known !== -1) return known;
    this.#announce({ kind: 'reason', text });
    return this.reasons.push(text) - 1;
  }
}

function own(bytes: number): ArrayBuffer {
  return new ArrayBuffer(bytes);
}

function createTotals(shape: WindowShape, allocate: Allocate): TotalsMemory {
  return {
    counts: countsMemory(COUNTS, allocate),
    sendLag: histogramMemory(allocate),
    scheduleLag: histogramMemory(allocate),
    connect: histogramMemory(allocate),
    tls: histogramMemory(allocate),
    windows: createWindowsMemory(shape, allocate),
    generator: createGeneratorWindows(shape, allocate),
    reasons: countsMemory(REASONS, allocate),
    health: countsMemory(COUNTS, allocate),
    workload: countsMemory(COUNTS, allocate),
  };
}
