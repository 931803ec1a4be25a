import type { Queryable } from '../database.ts';
import {
  type Listing,
  type Signal,
  type SignalAction,
  type Signals,
  type StrengthLevel,
  strengthLevel,
} from '../ports/index.ts';

interface SignalRow {
  readonly id: number;
  readonly strategy_id: number;
  readonly pair: string;
  readonly action: SignalAction;
  readonly signal_strength: number;
  readonly strength_level: StrengthLevel;
  readonly current_rate: number;
  readonly profit_ratio: number | null;
  readonly indicators: Readonly<Record<string, number>> | null;
  readonly created_at: Date;
}

const COLUMNS =
  'id, strategy_id, pair, action, signal_strength, strength_level, current_rate, profit_ratio, indicators, created_at';

export function createSignals(database: Queryable, listing: Listing): Signals {
  return {
    async list(userId, { pair, action, strength, strategyId }, page) {
      const equal = { user_id: userId, strategy_id: strategyId, pair, action, strength_level: strength };
      const { items, hasMore } = await listing.slice<SignalRow>({ table: 'signals', columns: COLUMNS, equal }, page);
      return { items: items.map(toSignal), hasMore };
    },

    async record(userId, strategyId, signal) {
      const { pair, action, signalStrength, currentRate, profitRatio, indicators } = signal;
      const level = strengthLevel(signalStrength);
      const [row] = await database.query<SignalRow>(
        `INSERT INTO signals (strategy_id, user_id, pair, action, signal_strength, strength_level,
           current_rate, profit_ratio, indicators)
         SELECT id, user_id, $3, $4, $5, $6, $7, $8, $9 FROM strategies WHERE id = $1 AND user_id = $2
         RETURNING ${COLUMNS}`,
        [
          ...[strategyId, userId, pair, action, signalStrength, level, currentRate, profitRatio],
          indicators && JSON.stringify(indicators),
        ],
      );
      return row && toSignal(row);
    },
  };
}

const toSignal = (row: SignalRow): Signal => ({
  id: row.id,
  strategyId: row.strategy_id,
  pair: row.pair,
  action: row.action,
  signalStrength: row.signal_strength,
  strengthLevel: row.strength_level,
  currentRate: row.current_rate,
  profitRatio: row.profit_ratio,
  indicators: row.indicators,
  createdAt: row.created_at.toISOString(),
});
