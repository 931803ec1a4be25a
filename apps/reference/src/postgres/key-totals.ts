import type { Queryable } from '../database.ts';
import type { KeyTotals } from '../ports/index.ts';

/** In SQL in both modes: none of the five systems shows these totals added up in the service. */
export async function queryKeyTotals(database: Queryable, userId: number): Promise<KeyTotals> {
  const [totals] = await database.query<KeyTotals>(
    `SELECT count(*) AS keys, count(*) FILTER (WHERE status = 'ACTIVE') AS "activeKeys",
       coalesce(sum(total_calls), 0) AS "totalRequests", coalesce(sum(total_tokens), 0) AS "totalTokens"
     FROM api_keys WHERE user_id = $1`,
    [userId],
  );
  return totals as KeyTotals;
}
