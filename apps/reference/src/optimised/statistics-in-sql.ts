import type { Queryable } from '../database.ts';
import {
  fillDays,
  type SignalDayGroup,
  type SignalGroup,
  type StrategyGroup,
  summariseSignals,
  summariseStrategies,
} from '../figures.ts';
import type {
  KeyStatus,
  KeyTotals,
  LeaderboardEntry,
  LeaderboardOrder,
  SignalDay,
  SignalSummary,
  Statistics,
  StrategyOverview,
  StrategyStatus,
  Usage,
  UsageFilter,
} from '../ports/index.ts';
import { queryKeyTotals } from '../postgres/index.ts';
import { queryUsage } from './usage-in-sql.ts';

const DAY_MS = 86_400_000;
const LEADER_ORDER: Readonly<Record<LeaderboardOrder, string>> = { tokens: 'total_tokens', requests: 'total_calls' };

interface RecentRow {
  readonly id: number;
  readonly name: string;
  readonly status: StrategyStatus;
  readonly updated_at: Date;
}

interface LeaderRow {
  readonly id: number;
  readonly name: string;
  readonly status: KeyStatus;
  readonly total_calls: number;
  readonly total_tokens: number;
}

/** Each sum is of millionths rounded down, as {@link SignalGroup} has them. */
const GROUPED_SIGNALS = `SELECT pair, action, strength_level, count(*) AS total,
    sum(floor(signal_strength * 1e6::float8)) AS strength_sum,
    count(profit_ratio) AS profit_count,
    coalesce(sum(floor(profit_ratio * 1e6::float8)), 0) AS profit_sum,
    max(created_at) AS last_at
  FROM signals WHERE user_id = $1 GROUP BY pair, action, strength_level`;
const KEPT_SIGNAL_TOTALS = `SELECT pair, action, strength_level, total, strength_sum, profit_count, profit_sum, last_at
  FROM signal_totals WHERE user_id = $1`;

export interface StatisticsInSqlOptions {
  /** Read the totals of signals that the database keeps (totals.sql), in place of adding them up. */
  readonly keptTotals: boolean;
}

/** Adds up where the rows are: the database sends groups, not rows. */
export function createStatisticsInSql(database: Queryable, { keptTotals }: StatisticsInSqlOptions): Statistics {
  return new StatisticsInSql(database, keptTotals ? KEPT_SIGNAL_TOTALS : GROUPED_SIGNALS);
}

class StatisticsInSql implements Statistics {
  readonly #database: Queryable;
  readonly #signalGroups: string;

  constructor(database: Queryable, signalGroups: string) {
    this.#database = database;
    this.#signalGroups = signalGroups;
  }

  async overview(userId: number): Promise<StrategyOverview> {
    const [groups, recent] = await Promise.all([
      this.#database.query<StrategyGroup>(
        'SELECT exchange, status, count(*) AS total FROM strategies WHERE user_id = $1 GROUP BY exchange, status',
        [userId],
      ),
      this.#database.query<RecentRow>(
        'SELECT id, name, status, updated_at FROM strategies WHERE user_id = $1 ORDER BY id DESC LIMIT 5',
        [userId],
      ),
    ]);
    return summariseStrategies(
      groups,
      recent.map(({ id, name, status, updated_at }) => ({ id, name, status, updatedAt: updated_at.toISOString() })),
    );
  }

  async signalSummary(userId: number): Promise<SignalSummary> {
    return summariseSignals(await this.#database.query<SignalGroup>(this.#signalGroups, [userId]));
  }

  async signalTrend(userId: number, firstDay: Date, days: number): Promise<readonly SignalDay[]> {
    const groups = await this.#database.query<SignalDayGroup>(
      `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date, action, count(*) AS total,
         sum(floor(signal_strength * 1e6::float8)) AS strength_sum
       FROM signals WHERE user_id = $1 AND created_at >= $2 AND created_at < $3 GROUP BY 1, 2`,
      [userId, firstDay, new Date(firstDay.getTime() + days * DAY_MS)],
    );
    return fillDays(groups, firstDay, days);
  }

  usage(userId: number, filter: UsageFilter): Promise<Usage> {
    return queryUsage(this.#database, userId, filter);
  }

  async leaderboard(userId: number, order: LeaderboardOrder): Promise<readonly LeaderboardEntry[]> {
    const rows = await this.#database.query<LeaderRow>(
      `SELECT id, name, status, total_calls, total_tokens FROM api_keys
       WHERE user_id = $1 ORDER BY ${LEADER_ORDER[order]} DESC, id LIMIT 10`,
      [userId],
    );
    return rows.map(({ id, name, status, total_calls, total_tokens }) => {
      return { id, name, status, totalRequests: total_calls, totalTokens: total_tokens };
    });
  }

  keyTotals(userId: number): Promise<KeyTotals> {
    return queryKeyTotals(this.#database, userId);
  }
}
