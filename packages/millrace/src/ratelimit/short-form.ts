import { Gcra } from './meters/index.ts';
import { checkLimit } from './rate-rule.ts';
import { SubjectTable } from './subject-table.ts';

/** Limits whose numbers come with each question, all in one table. */
export class ShortForm {
  readonly #meter = new Gcra(1, 1, 1);
  readonly #table: SubjectTable;

  constructor(maxKeys: number) {
    this.#table = new SubjectTable(maxKeys, [this.#meter]);
  }

  get size(): number {
    return this.#table.size;
  }

  get crowded(): number {
    return this.#table.crowded;
  }

  /** Counts one unit if it fits. @throws MILLRACE_RATELIMIT_OPTION_INVALID */
  take(key: string, limit: number, windowMs: number, now: number): boolean {
    checkLimit(limit, windowMs);
    const slot = this.#table.open(`${limit}/${windowMs}/${key}`, now);
    // What a slot owes is a time: it means the same whatever the numbers.
    this.#meter.tune(limit, windowMs, limit);
    if (this.#meter.wait(slot, now, 1) > 0) return false;
    this.#meter.add(slot, now, 1);
    return true;
  }

  clear(): void {
    this.#table.clear();
  }
}
