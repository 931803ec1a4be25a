import { setTimeout as sleep } from 'node:timers/promises';

/** Settles like `work`, or rejects with `late()` when that takes longer than `limitMs`. The timer never outlives the wait. */
export async function within<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  const over = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: over.signal }).then(
    () => Promise.reject(late()),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}

/** The text of whatever was thrown, in one line. */
export function reasonOf(thrown: unknown): string {
  const text =
    thrown instanceof Error ? thrown.message || String((thrown as NodeJS.ErrnoException).code) : String(thrown);
  return text.trim().replaceAll(/\s*\n\s*/g, ' | ');
}
