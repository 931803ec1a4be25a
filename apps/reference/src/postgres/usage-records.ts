import type { ExportFilter, UsageRecord } from '../ports/index.ts';

export interface UsageRecordRow {
  readonly id: number;
  readonly api_key_id: number;
  readonly key_name: string;
  readonly model: string;
  readonly endpoint: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly duration_ms: number;
  readonly status: number;
  readonly at: string;
}

type Values = (string | number | Date)[];

/** The statement that both ways of exporting run, with its values. */
export function usageRecordsQuery(
  userId: number,
  { keyId, period, limit }: ExportFilter,
): { readonly sql: string; readonly values: Values } {
  const values: Values = [userId];
  const condition = (sql: string, value: string | number | Date | undefined): string =>
    value === undefined ? '' : `${sql} $${values.push(value)}`;
  const sql = `SELECT u.id, u.api_key_id, k.name AS key_name, u.model, u.endpoint, u.prompt_tokens,
      u.completion_tokens, u.total_tokens, u.duration_ms, u.status,
      to_char(u.ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
    FROM usage_records u JOIN api_keys k ON k.id = u.api_key_id
    WHERE k.user_id = $1${condition(' AND k.id =', keyId)}${condition(' AND u.ts >=', period?.start)}${condition(' AND u.ts <', period?.end)}
    ORDER BY u.id${condition(' LIMIT', limit)}`;
  return { sql, values };
}

export const toUsageRecord = (row: UsageRecordRow): UsageRecord => ({
  id: row.id,
  keyId: row.api_key_id,
  keyName: row.key_name,
  model: row.model,
  endpoint: row.endpoint,
  promptTokens: row.prompt_tokens,
  completionTokens: row.completion_tokens,
  totalTokens: row.total_tokens,
  durationMs: row.duration_ms,
  status: row.status,
  at: row.at,
});
