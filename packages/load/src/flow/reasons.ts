import type { FailureReason } from '../result/index.ts';
import { maskSecrets } from '../secrets/index.ts';

/** Most kinds of reasons of one flow; those beyond are counted together. */
const MAX_REASONS = 20;
const OTHERS = 'other reasons';
const MAX_LENGTH = 300;
/** So much is searched for secrets. */
const MAX_READ = 2_000;

/** Why iterations of a flow failed, and how often. */
export class Reasons {
  readonly #counts: Map<string, number> = new Map();

  count(reason: string): void {
    const told = this.#counts.has(reason) || this.#counts.size < MAX_REASONS ? reason : OTHERS;
    this.#counts.set(told, (this.#counts.get(told) ?? 0) + 1);
  }

  results(): FailureReason[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count }));
  }
}

/** What was thrown, in one line, fit for a terminal and without what lets somebody in. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return tellable(text.replace(/^MillraceError: /, '')).slice(0, MAX_LENGTH);
}

/** A text that may hold anything, in one line without control characters and secrets. */
export function tellable(text: string): string {
  return maskSecrets(text.slice(0, MAX_READ).replaceAll(/[\s\p{Cc}]+/gu, ' '));
}
