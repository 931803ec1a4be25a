import { type Clock, type Timer, withTimeout } from 'millrace/core';
import { DatabaseError } from 'pg';
import type { Counters } from '../counters.ts';
import type { Queryable } from '../database.ts';
import type { Period, RequestLog, RequestLogEntry, RequestStatistics } from '../ports/index.ts';

const BATCH_ROWS = 500;
const MAX_WAITING_ROWS = 10_000;
const FLUSH_MS = 200;
const RETRY_MS = 1_000;
/** Nobody waits longer for what waits to be written: neither statistics nor the end of the service. */
const PATIENCE_MS = 5_000;

/**
 * Keeps the requests in `request_logs`, a batch at a time and off the path of the answers. `warn` is told what was lost
 * at the end.
 */
export function createRequestLog(
  database: Queryable,
  counters: Counters,
  clock: Clock,
  warn: (line: string) => void,
): RequestLog {
  return new BatchedRequestLog(database, counters, clock, warn);
}

class BatchedRequestLog implements RequestLog {
  readonly #database: Queryable;
  readonly #counters: Counters;
  readonly #clock: Clock;
  readonly #warn: (line: string) => void;
  #waiting: RequestLogEntry[] = [];
  #timer: Timer | undefined;
  #flushing: Promise<void> | undefined;
  /** After a failure nothing is tried before the timer fires, however much comes. */
  #resting = false;
  #closed = false;

  constructor(database: Queryable, counters: Counters, clock: Clock, warn: (line: string) => void) {
    this.#database = database;
    this.#counters = counters;
    this.#clock = clock;
    this.#warn = warn;
  }

  add(entry: RequestLogEntry): void {
    if (this.#closed || this.#waiting.length >= MAX_WAITING_ROWS) {
      this.#lose(1);
      return;
    }
    this.#waiting.push(entry);
    const idle = this.#flushing === undefined && !this.#resting;
    if (this.#waiting.length >= BATCH_ROWS && idle) void this.#flush();
    else this.#flushIn(FLUSH_MS);
  }

  async statistics(userId: number, period: Period): Promise<RequestStatistics> {
    await this.#flushInTime();
    return readStatistics(this.#database, userId, period);
  }

  async close(): Promise<void> {
    await this.#flushInTime();
    this.#closed = true;
    this.#timer?.cancel();
    const lost = this.#waiting.splice(0).length;
    if (lost === 0) return;
    this.#lose(lost);
    this.#warn(`${lost} rows of the request log are lost: the database did not take them before the end`);
  }

  #lose(rows: number): void {
    for (let lost = 0; lost < rows; lost++) this.#counters.add('lostLogRows');
  }

  #flushIn(delayMs: number): void {
    if (this.#closed) return;
    const fire = (): void => {
      this.#timer = undefined;
      void this.#flush();
    };
    this.#timer ??= this.#clock.schedule(delayMs, fire, { keepAlive: false });
  }

  /** What waits now is written, or is not within the time; a flush under way may have begun before the newest came. */
  async #flushInTime(): Promise<void> {
    const both = (this.#flushing ?? Promise.resolve()).then(() => this.#flush());
    await withTimeout(both, PATIENCE_MS, { clock: this.#clock }).catch(() => {});
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#writeWaiting().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** What comes meanwhile is left for the next time. What the database refuses is lost; what it could not be told is tried again. */
  async #writeWaiting(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#resting = false;
    for (let left = this.#waiting.length; left > 0 && !this.#closed; left -= BATCH_ROWS) {
      if (!(await this.#write(this.#waiting.splice(0, Math.min(left, BATCH_ROWS))))) return;
    }
    if (this.#waiting.length > 0) this.#flushIn(FLUSH_MS);
  }

  async #write(rows: readonly RequestLogEntry[]): Promise<boolean> {
    try {
      await insertRows(this.#database, rows);
      return true;
    } catch (error) {
      const room = this.#closed || error instanceof DatabaseError ? 0 : MAX_WAITING_ROWS - this.#waiting.length;
      const kept = Math.min(rows.length, room);
      this.#lose(rows.length - kept);
      this.#waiting.unshift(...rows.slice(0, kept));
      this.#resting = true;
      this.#flushIn(RETRY_MS);
      return false;
    }
  }
}

async function insertRows(database: Queryable, rows: readonly RequestLogEntry[]): Promise<void> {
  await database.query(
    `INSERT INTO request_logs (request_id, user_id, provider, model, status, streamed,
       input_tokens, output_tokens, duration_ms, created_at)
     SELECT request_id, user_id, nullif(provider, ''), model, status, streamed,
       input_tokens, output_tokens, duration_ms, created_at
     FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::boolean[],
       $7::int[], $8::int[], $9::int[], $10::timestamptz[])
       AS row (request_id, user_id, provider, model, status, streamed,
         input_tokens, output_tokens, duration_ms, created_at)
     ON CONFLICT (request_id) DO NOTHING`,
    [
      rows.map((row) => row.requestId),
      rows.map((row) => row.userId),
      rows.map((row) => row.provider ?? ''),
      rows.map((row) => row.model),
      rows.map((row) => row.status),
      rows.map((row) => String(row.streamed)),
      rows.map((row) => row.inputTokens),
      rows.map((row) => row.outputTokens),
      rows.map((row) => Math.round(row.durationMs)),
      rows.map((row) => row.at.toISOString()),
    ],
  );
}

interface StatisticsRow {
  readonly provider: string | null;
  readonly model: string;
  readonly requests: number;
  readonly errors: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly average_ms: number;
  readonly max_ms: number;
}

async function readStatistics(database: Queryable, userId: number, period: Period): Promise<RequestStatistics> {
  const rows = await database.query<StatisticsRow>(
    `SELECT provider, model, count(*) AS requests, count(*) FILTER (WHERE status >= 400) AS errors,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       floor(avg(duration_ms)) AS average_ms, max(duration_ms) AS max_ms
     FROM request_logs
     WHERE user_id = $1 AND ($2::timestamptz IS NULL OR created_at >= $2) AND ($3::timestamptz IS NULL OR created_at < $3)
     GROUP BY provider, model ORDER BY provider COLLATE "C" NULLS FIRST, model COLLATE "C"`,
    [userId, period.start ?? null, period.end ?? null],
  );
  const items = rows.map((row) => ({
    ...{ provider: row.provider, model: row.model, requests: row.requests, errors: row.errors },
    ...{ inputTokens: row.input_tokens, outputTokens: row.output_tokens },
    durations: { averageMs: row.average_ms, maxMs: row.max_ms },
  }));
  const sum = (name: 'requests' | 'errors' | 'inputTokens' | 'outputTokens'): number =>
    items.reduce((total, item) => total + item[name], 0);
  return {
    ...{ requests: sum('requests'), errors: sum('errors') },
    ...{ inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens'), items },
  };
}
