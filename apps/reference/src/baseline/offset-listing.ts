import type { Queryable } from '../database.ts';
import type { Listing } from '../ports/index.ts';
import { listConditions } from '../postgres/index.ts';

/** Pages by OFFSET, and counts the whole list each time to know whether a page follows. */
export function createOffsetListing(database: Queryable): Listing {
  return {
    async slice<Row extends { readonly id: number }>(...[query, page]: Parameters<Listing['slice']>) {
      const { where, values } = listConditions(query);
      const offset = page.position?.offset ?? 0;
      const [counted] = await database.query<{ total: number }>(
        `SELECT count(*) AS total FROM ${query.table} WHERE ${where}`,
        values,
      );
      const items = await database.query<Row>(
        `SELECT ${query.columns} FROM ${query.table} WHERE ${where}
         ORDER BY id DESC LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
        [...values, page.limit, offset],
      );
      return { items, hasMore: offset + items.length < (counted?.total ?? 0) };
    },
  };
}
