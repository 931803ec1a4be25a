import type { PageRequest, Slice } from './listing.ts';

export const STRATEGY_STATUSES = ['stopped', 'running', 'error'] as const;
export type StrategyStatus = (typeof STRATEGY_STATUSES)[number];

export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

export interface NewStrategy {
  readonly name: string;
  readonly strategyClass: string;
  readonly exchange: string;
  readonly timeframe: Timeframe;
  readonly pairWhitelist: readonly string[];
}

export interface Strategy extends NewStrategy {
  readonly id: number;
  readonly status: StrategyStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface StrategyFilter {
  readonly status: StrategyStatus | undefined;
}

/** A user's strategies. Another user's are as good as not there. */
export interface Strategies {
  list(userId: number, filter: StrategyFilter, page: PageRequest): Promise<Slice<Strategy>>;
  create(userId: number, strategy: NewStrategy): Promise<Strategy>;
  /** Undefined when the user has no such strategy. */
  setStatus(userId: number, strategyId: number, status: StrategyStatus): Promise<Strategy | undefined>;
}
