import type { Queryable } from '../database.ts';
import type { UsageExport } from '../ports/index.ts';
import { toUsageRecord, type UsageRecordRow, usageRecordsQuery } from '../postgres/index.ts';
import { USAGE_TEXTS } from '../usage-text.ts';

/** Loads every row, makes one string of them, and sends it when it is done. */
export function createBufferedExport(database: Queryable): UsageExport {
  return {
    async open(userId, filter, format) {
      const { sql, values } = usageRecordsQuery(userId, filter);
      const rows = await database.query<UsageRecordRow>(sql, values);
      const { head, separator, tail, record } = USAGE_TEXTS[format];
      return head + rows.map((row) => record(toUsageRecord(row))).join(separator) + tail;
    },
  };
}
