import type { StepResult } from '../result/index.ts';
import { OTHERS, type RunMemory, type StepRecorder } from '../run/index.ts';

/** Most rows of requests, and of groups; what comes beyond goes into one row together. */
const MAX_ROWS = 100;

/** The rows of a run by name. */
export class RowBook {
  readonly #memory: Pick<RunMemory, 'openRow'>;
  readonly #kind: 'step' | 'group';
  readonly #rows: Map<string, StepRecorder> = new Map();

  constructor(memory: Pick<RunMemory, 'openRow'>, kind: 'step' | 'group') {
    this.#memory = memory;
    this.#kind = kind;
  }

  row(name: string): StepRecorder {
    return this.#rows.get(name) ?? this.#open(name);
  }

  results(): Record<string, StepResult> {
    return Object.fromEntries([...this.#rows].map(([name, row]) => [name, row.result()]));
  }

  #open(name: string): StepRecorder {
    const isFull = this.#rows.size >= MAX_ROWS && name !== OTHERS.step;
    if (isFull) return this.row(OTHERS.step);
    const row = this.#memory.openRow(this.#kind, name);
    this.#rows.set(name, row);
    return row;
  }
}

/** The row of what the flow gave no name: without the query, which may differ each time and hold what lets somebody in. */
export function rowNameOf(kind: string, path: string): string {
  const query = path.indexOf('?');
  return `${kind} ${query === -1 ? path : path.slice(0, query)}`;
}
