import type { Queryable } from './database.ts';

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a piece of work asked of the database. */
export interface QueryWork {
  queries: number;
  /** Rows that came back. */
  rows: number;
  /** Rows that the database looked at in tables and indexes to find them. */
  rowsRead: number;
}

/** Runs each statement with EXPLAIN ANALYZE first, and adds up what it took. For tests: it runs everything twice. */
export function explainQueries(inner: Queryable): { readonly queryable: Queryable; readonly work: QueryWork } {
  const work: QueryWork = { queries: 0, rows: 0, rowsRead: 0 };
  const queryable: Queryable = {
    async query(sql, values) {
      const [row] = await inner.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
        values,
      );
      const rows = await inner.query<never>(sql, values);
      work.queries++;
      work.rows += rows.length;
      work.rowsRead += row ? rowsRead(row['QUERY PLAN'][0].Plan) : 0;
      return rows;
    },
  };
  return { queryable, work };
}

function rowsRead(node: PlanNode): number {
  if (node.Plans) return node.Plans.reduce((sum, child) => sum + rowsRead(child), 0);
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}
