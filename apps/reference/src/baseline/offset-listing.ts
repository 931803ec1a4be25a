import type { Queryable } from '../database.ts';
import type { Listing } from '../ports/index.ts';
import { listConditions } from '../postgres/index.ts';

/** Pages by OFFSET, and asks for one row more to know whether a page follows. */
export function createOffsetListing(database: Queryable): Listing {
  return {
    async slice<Row extends { readonly id: number }>(...[query, page]: Parameters<Listing['slice']>) {
      const { where, values } = listConditions(query);
      const offset = page.position?.offset ?? 0;
      const rows = await database.query<Row>(
        `SELECT ${query.columns} FROM ${query.table} WHERE ${where}
         ORDER BY id DESC LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
        [...values, page.limit + 1, offset],
      );
      return { items: rows.slice(0, page.limit), hasMore: rows.length > page.limit };
    },
  };
}
