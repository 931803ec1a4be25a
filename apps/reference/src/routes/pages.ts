import type { Cursors } from '../cursors.ts';
import type { PageRequest, Slice } from '../ports/index.ts';

const DEFAULT_LIMIT = 20;

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Reads one page of a list and says where the next one begins. A cursor is good for the same list and filters alone. */
export async function readPage<Item extends { readonly id: number }>(
  cursors: Cursors,
  list: { readonly name: string; readonly userId: number; readonly filter: object },
  query: PageQuery,
  read: (page: PageRequest) => Promise<Slice<Item>>,
): Promise<{ items: readonly Item[]; nextCursor: string | null }> {
  const name = `${list.name}:${list.userId}:${JSON.stringify(list.filter)}`;
  const position = query.cursor === undefined ? undefined : cursors.decode(name, query.cursor);
  const { items, hasMore } = await read({ limit: query.limit ?? DEFAULT_LIMIT, position });
  const last = items.at(-1);
  const next = last && hasMore ? { afterId: last.id, offset: (position?.offset ?? 0) + items.length } : undefined;
  return { items, nextCursor: next ? cursors.encode(name, next) : null };
}
