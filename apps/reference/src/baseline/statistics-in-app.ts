import type { Queryable } from '../database.ts';
import {
  fillDays,
  inPeriod,
  type SignalGroup,
  type StrategyGroup,
  summariseSignals,
  summariseStrategies,
  toMillionths,
  utcDay,
} from '../figures.ts';
import type {
  KeyTotals,
  KeyUsage,
  LeaderboardEntry,
  LeaderboardOrder,
  Period,
  SignalDay,
  SignalSummary,
  Statistics,
  StrategyOverview,
  Usage,
  UsageFilter,
} from '../ports/index.ts';
import { type KeyRow, queryKeyTotals } from '../postgres/index.ts';

const RECENT = 5;
const LEADERS = 10;
const USAGE_ITEMS = 100;

interface StrategyRow extends Omit<StrategyGroup, 'total'> {
  readonly id: number;
  readonly name: string;
  readonly updated_at: Date;
}

interface SignalRow extends Pick<SignalGroup, 'pair' | 'action' | 'strength_level'> {
  readonly signal_strength: number;
  readonly profit_ratio: number | null;
  readonly created_at: Date;
}

interface UsageRow {
  readonly api_key_id: number;
  readonly total_tokens: number;
  readonly status: number;
}

/** Loads every row of the user, of single calls those of the period, and adds up in the service. */
export function createStatisticsInApp(database: Queryable): Statistics {
  return new StatisticsInApp(database);
}

class StatisticsInApp implements Statistics {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  async overview(userId: number): Promise<StrategyOverview> {
    const rows = await this.#database.query<StrategyRow>('SELECT * FROM strategies WHERE user_id = $1', [userId]);
    const newest = rows.toSorted((a, b) => b.id - a.id).slice(0, RECENT);
    return summariseStrategies(
      rows.map(({ exchange, status }) => ({ exchange, status, total: 1 })),
      newest.map(({ id, name, status, updated_at }) => ({ id, name, status, updatedAt: updated_at.toISOString() })),
    );
  }

  async signalSummary(userId: number): Promise<SignalSummary> {
    return summariseSignals((await this.#signals(userId)).map(toGroup));
  }

  async signalTrend(userId: number, firstDay: Date, days: number): Promise<readonly SignalDay[]> {
    const groups = (await this.#signals(userId)).map((row) => ({
      date: utcDay(row.created_at),
      action: row.action,
      total: 1,
      strength_sum: toMillionths(row.signal_strength),
    }));
    return fillDays(groups, firstDay, days);
  }

  async usage(userId: number, filter: UsageFilter): Promise<Usage> {
    const matching = (await this.#keys(userId)).filter((key) => matches(key, filter)).sort(byTokens);
    const shown = matching.slice(0, USAGE_ITEMS);
    const records = filter.period ? await this.#records(shown, filter.period) : [];
    const byKey = Map.groupBy(records, (record) => record.api_key_id);
    return {
      summary: { keys: matching.length, ...sumKeys(matching) },
      items: shown.map((key) => toUsage(key, byKey.get(key.id) ?? [], filter)),
    };
  }

  async leaderboard(userId: number, order: LeaderboardOrder): Promise<readonly LeaderboardEntry[]> {
    const rows = await this.#keys(userId);
    return rows
      .sort(order === 'tokens' ? byTokens : byCalls)
      .slice(0, LEADERS)
      .map(toEntry);
  }

  keyTotals(userId: number): Promise<KeyTotals> {
    return queryKeyTotals(this.#database, userId);
  }

  #signals(userId: number): Promise<SignalRow[]> {
    return this.#database.query('SELECT * FROM signals WHERE user_id = $1', [userId]);
  }

  #records(keys: readonly KeyRow[], { start, end }: Period): Promise<UsageRow[]> {
    return this.#database.query(
      `SELECT * FROM usage_records WHERE api_key_id = ANY($1)
         AND ts >= coalesce($2::timestamptz, '-infinity') AND ts < coalesce($3::timestamptz, 'infinity')`,
      [keys.map((key) => key.id), start ?? null, end ?? null],
    );
  }

  #keys(userId: number): Promise<KeyRow[]> {
    return this.#database.query('SELECT * FROM api_keys WHERE user_id = $1', [userId]);
  }
}

const byTokens = (a: KeyRow, b: KeyRow): number => b.total_tokens - a.total_tokens || a.id - b.id;
const byCalls = (a: KeyRow, b: KeyRow): number => b.total_calls - a.total_calls || a.id - b.id;

function sumKeys(rows: readonly KeyRow[]): Pick<KeyTotals, 'totalRequests' | 'totalTokens'> {
  return {
    totalRequests: rows.reduce((sum, row) => sum + row.total_calls, 0),
    totalTokens: rows.reduce((sum, row) => sum + row.total_tokens, 0),
  };
}

function toGroup(row: SignalRow): SignalGroup {
  const { pair, action, strength_level, signal_strength, profit_ratio, created_at } = row;
  const profit =
    profit_ratio === null
      ? { profit_count: 0, profit_sum: 0 }
      : { profit_count: 1, profit_sum: toMillionths(profit_ratio) };
  return {
    pair,
    action,
    strength_level,
    total: 1,
    strength_sum: toMillionths(signal_strength),
    ...profit,
    last_at: created_at,
  };
}

function matches(key: KeyRow, filter: UsageFilter): boolean {
  const { name, status, keyId, minTokens, maxTokens, minRequests, maxRequests, lastUsedAfter, lastUsedBefore } = filter;
  if (name !== undefined && !key.name.includes(name)) return false;
  if (status !== undefined && key.status !== status) return false;
  if (keyId !== undefined && key.id !== keyId) return false;
  if (key.total_tokens < (minTokens ?? 0) || key.total_tokens > (maxTokens ?? Infinity)) return false;
  if (key.total_calls < (minRequests ?? 0) || key.total_calls > (maxRequests ?? Infinity)) return false;
  if (lastUsedAfter === undefined && lastUsedBefore === undefined) return true;
  return key.last_used_at !== null && inPeriod(key.last_used_at, { start: lastUsedAfter, end: lastUsedBefore });
}

function toUsage(key: KeyRow, records: readonly UsageRow[], { period }: UsageFilter): KeyUsage {
  return {
    ...toEntry(key),
    crsKeyId: key.crs_key_id,
    lastUsedAt: key.last_used_at?.toISOString() ?? null,
    period: period
      ? {
          requests: records.length,
          tokens: records.reduce((sum, record) => sum + record.total_tokens, 0),
          errors: records.filter((record) => record.status >= 400).length,
        }
      : null,
  };
}

function toEntry(key: KeyRow): LeaderboardEntry {
  return {
    id: key.id,
    name: key.name,
    status: key.status,
    totalRequests: key.total_calls,
    totalTokens: key.total_tokens,
  };
}
