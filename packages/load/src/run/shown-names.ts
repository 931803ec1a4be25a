import { wholeRows } from '../result/index.ts';
import { type NamedRow, OTHERS, type RowKind, type RunMemory } from './run-memory.ts';

/** Under which name the result has a row of a thread: a name that has gone with the rest once never comes back. */
export function shownNames(memories: readonly RunMemory[]): (row: Pick<NamedRow, 'kind' | 'name'>) => string {
  const byKind = new Map<RowKind, (name: string) => string>();
  for (const [kind, others] of Object.entries(OTHERS) as [RowKind, string][]) {
    const parts = memories.map(({ rows }) => new Set(rows.filter((row) => row.kind === kind).map(({ name }) => name)));
    byKind.set(kind, wholeRows(parts, others));
  }
  return ({ kind, name }) => byKind.get(kind)?.(name) ?? name;
}
