import type { Queryable } from '../database.ts';
import type { Listing } from '../ports/index.ts';
import { listConditions } from '../postgres/index.ts';

/** Pages by the last id seen; one row more than asked for tells whether a page follows. */
export function createKeysetListing(database: Queryable): Listing {
  return {
    async slice<Row extends { readonly id: number }>(...[query, page]: Parameters<Listing['slice']>) {
      const { where, values } = listConditions(query);
      const limit = `$${values.push(page.limit + 1)}`;
      const after = page.position ? `AND id < $${values.push(page.position.afterId)}` : '';
      const rows = await database.query<Row>(
        `SELECT ${query.columns} FROM ${query.table} WHERE ${where} ${after} ORDER BY id DESC LIMIT ${limit}`,
        values,
      );
      return { items: rows.slice(0, page.limit), hasMore: rows.length > page.limit };
    },
  };
}
