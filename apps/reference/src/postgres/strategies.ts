import type { Queryable } from '../database.ts';
import type { Listing, Strategies, Strategy, StrategyStatus, Timeframe } from '../ports/index.ts';

interface StrategyRow {
  readonly id: number;
  readonly name: string;
  readonly strategy_class: string;
  readonly exchange: string;
  readonly timeframe: Timeframe;
  readonly pair_whitelist: readonly string[];
  readonly status: StrategyStatus;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, name, strategy_class, exchange, timeframe, pair_whitelist, status, created_at, updated_at';

export function createStrategies(database: Queryable, listing: Listing): Strategies {
  return {
    async list(userId, { status }, page) {
      const equal = { user_id: userId, status };
      const { items, hasMore } = await listing.slice<StrategyRow>(
        { table: 'strategies', columns: COLUMNS, equal },
        page,
      );
      return { items: items.map(toStrategy), hasMore };
    },

    async create(userId, { name, strategyClass, exchange, timeframe, pairWhitelist }) {
      const [row] = await database.query<StrategyRow>(
        `INSERT INTO strategies (user_id, name, strategy_class, exchange, timeframe, pair_whitelist)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
        [userId, name, strategyClass, exchange, timeframe, JSON.stringify(pairWhitelist)],
      );
      return toStrategy(row as StrategyRow);
    },

    async setStatus(userId, strategyId, status) {
      const [row] = await database.query<StrategyRow>(
        `UPDATE strategies SET status = $3, updated_at = now() WHERE id = $1 AND user_id = $2 RETURNING ${COLUMNS}`,
        [strategyId, userId, status],
      );
      return row && toStrategy(row);
    },
  };
}

const toStrategy = (row: StrategyRow): Strategy => ({
  id: row.id,
  name: row.name,
  strategyClass: row.strategy_class,
  exchange: row.exchange,
  timeframe: row.timeframe,
  pairWhitelist: row.pair_whitelist,
  status: row.status,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
