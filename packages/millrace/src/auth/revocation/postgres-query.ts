/**
 * Asks Postgres: what `query` of a pool or a client of node-postgres is. A driver whose answer is the rows themselves will
 * do as well.
 */
export type PostgresQuery = (
  text: string,
  values?: (string | number | null)[],
) => Promise<{ readonly rows: readonly unknown[] } | readonly unknown[]>;

/** The rows of an answer. */
export async function ask<Row>(
  query: PostgresQuery,
  text: string,
  values: (string | number | null)[],
): Promise<readonly Row[]> {
  const answer = await query(text, values);
  return ('rows' in answer ? answer.rows : answer) as readonly Row[];
}
