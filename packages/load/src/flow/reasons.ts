import { messageOf } from '../errors.ts';
import { type FailureReason, OTHER_REASONS } from '../result/index.ts';
import { tellableReason } from '../secrets/index.ts';

/** Most kinds of reasons of one flow; those beyond are counted together. */
const MAX_REASONS = 20;

/** Why iterations of a flow failed, and how often. */
export class Reasons {
  readonly #counts: Map<string, number> = new Map();

  count(reason: string): void {
    const told = this.#counts.has(reason) || this.#counts.size < MAX_REASONS ? reason : OTHER_REASONS;
    this.#counts.set(told, (this.#counts.get(told) ?? 0) + 1);
  }

  results(): FailureReason[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count }));
  }
}

/** What was thrown, in one line, fit for a terminal and without what lets somebody in. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${messageOf(cause)}` : String(cause);
  return tellableReason(text.replace(/^MillraceError: /, ''));
}
