import type { Queryable } from '../database.ts';
import type { KeyStatus, KeyUsage, Usage, UsageFilter } from '../ports/index.ts';

type Value = string | number | Date;

interface UsageRow {
  readonly id: number;
  readonly crs_key_id: string;
  readonly name: string;
  readonly status: KeyStatus;
  readonly total_calls: number;
  readonly total_tokens: number;
  readonly last_used_at: Date | null;
  readonly keys: number;
  readonly all_calls: number;
  readonly all_tokens: number;
  readonly requests: number;
  readonly tokens: number;
  readonly errors: number;
}

/** The hundred keys shown with the totals over all that match, and their calls in the period by the index on key and time. */
export async function queryUsage(database: Queryable, userId: number, filter: UsageFilter): Promise<Usage> {
  const values: Value[] = [userId];
  const chosen = `SELECT id, crs_key_id, name, status, total_calls, total_tokens, last_used_at,
      count(*) OVER () AS keys, sum(total_calls) OVER () AS all_calls, sum(total_tokens) OVER () AS all_tokens
    FROM api_keys WHERE user_id = $1${keyConditions(filter, values)}
    ORDER BY total_tokens DESC, id LIMIT 100`;
  const calls = `SELECT count(*) AS requests, coalesce(sum(total_tokens), 0) AS tokens,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM usage_records WHERE api_key_id = chosen.id${periodConditions(filter, values)}`;
  const text = filter.period
    ? `SELECT * FROM (${chosen}) chosen CROSS JOIN LATERAL (${calls}) calls ORDER BY total_tokens DESC, id`
    : chosen;
  // Behind a comment, so that it is not prepared: each set of filters, and there are hundreds, is a text of its own.
  const rows = await database.query<UsageRow>(`/* usage */ ${text}`, values);
  const { keys = 0, all_calls = 0, all_tokens = 0 } = rows[0] ?? {};
  return {
    summary: { keys, totalRequests: all_calls, totalTokens: all_tokens },
    items: rows.map((row) => toUsage(row, filter)),
  };
}

function keyConditions(filter: UsageFilter, values: Value[]): string {
  const conditions: readonly (readonly [string, Value | undefined])[] = [
    ['strpos(name, ?) > 0', filter.name],
    ['status = ?', filter.status],
    ['id = ?', filter.keyId],
    ['total_tokens >= ?', filter.minTokens],
    ['total_tokens <= ?', filter.maxTokens],
    ['total_calls >= ?', filter.minRequests],
    ['total_calls <= ?', filter.maxRequests],
    ['last_used_at >= ?', filter.lastUsedAfter],
    ['last_used_at < ?', filter.lastUsedBefore],
  ];
  return join(conditions, values);
}

function periodConditions({ period }: UsageFilter, values: Value[]): string {
  return join(
    [
      ['ts >= ?', period?.start],
      ['ts < ?', period?.end],
    ],
    values,
  );
}

function join(conditions: readonly (readonly [string, Value | undefined])[], values: Value[]): string {
  return conditions
    .map(([sql, value]) => (value === undefined ? '' : ` AND ${sql.replace('?', `$${values.push(value)}`)}`))
    .join('');
}

function toUsage(row: UsageRow, { period }: UsageFilter): KeyUsage {
  const { id, crs_key_id, name, status, total_calls, total_tokens, last_used_at, requests, tokens, errors } = row;
  return {
    ...{ id, crsKeyId: crs_key_id, name, status, totalRequests: total_calls, totalTokens: total_tokens },
    lastUsedAt: last_used_at?.toISOString() ?? null,
    period: period ? { requests, tokens, errors } : null,
  };
}
