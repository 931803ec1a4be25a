import type { ApiKey, KeyStatus } from './keys.ts';
import type { SignalAction, StrengthLevel } from './signals.ts';
import type { Strategy, StrategyStatus } from './strategies.ts';

export interface StrategyOverview {
  readonly total: number;
  readonly byStatus: Readonly<Record<StrategyStatus, number>>;
  /** By name. */
  readonly byExchange: readonly { readonly exchange: string; readonly total: number; readonly running: number }[];
  /** The five newest. */
  readonly recent: readonly Pick<Strategy, 'id' | 'name' | 'status' | 'updatedAt'>[];
}

/** Means are of values cut to millionths, so that every way of adding them up gives the same answer. */
export interface SignalSummary {
  readonly total: number;
  readonly byAction: Readonly<Record<SignalAction, number>>;
  readonly byStrength: Readonly<Record<StrengthLevel, number>>;
  readonly averageStrength: number | null;
  /** Over the signals that have one. */
  readonly averageProfitRatio: number | null;
  readonly lastSignalAt: string | null;
  /** The five with the most signals; by name among equals. */
  readonly topPairs: readonly { readonly pair: string; readonly total: number }[];
}

/** One UTC day. */
export interface SignalDay extends Readonly<Record<SignalAction, number>> {
  readonly date: string;
  readonly total: number;
  readonly averageStrength: number | null;
}

/** From the first instant to just before the second; undefined: no bound. */
export interface Period {
  readonly start: Date | undefined;
  readonly end: Date | undefined;
}

export interface UsageFilter {
  /** Part of the key's name. */
  readonly name: string | undefined;
  readonly status: KeyStatus | undefined;
  readonly minTokens: number | undefined;
  readonly maxTokens: number | undefined;
  readonly minRequests: number | undefined;
  readonly maxRequests: number | undefined;
  readonly lastUsedAfter: Date | undefined;
  readonly lastUsedBefore: Date | undefined;
  readonly keyId: number | undefined;
  /** Undefined: no look at single calls. */
  readonly period: Period | undefined;
}

export interface PeriodUsage {
  readonly requests: number;
  readonly tokens: number;
  readonly errors: number;
}

export type KeyUsage = Pick<
  ApiKey,
  'id' | 'crsKeyId' | 'name' | 'status' | 'totalRequests' | 'totalTokens' | 'lastUsedAt'
> & {
  /** Null when no period was asked for. */
  readonly period: PeriodUsage | null;
};

export interface Usage {
  /** Over all keys that match, not only those in `items`. */
  readonly summary: { readonly keys: number; readonly totalRequests: number; readonly totalTokens: number };
  /** The first hundred, most tokens first. */
  readonly items: readonly KeyUsage[];
}

export const LEADERBOARD_ORDERS = ['tokens', 'requests'] as const;
export type LeaderboardOrder = (typeof LEADERBOARD_ORDERS)[number];

export type LeaderboardEntry = Pick<ApiKey, 'id' | 'name' | 'status' | 'totalRequests' | 'totalTokens'>;

export interface KeyTotals {
  readonly keys: number;
  readonly activeKeys: number;
  readonly totalRequests: number;
  readonly totalTokens: number;
}

/** What is added up over a user's rows. */
export interface Statistics {
  overview(userId: number): Promise<StrategyOverview>;
  signalSummary(userId: number): Promise<SignalSummary>;
  /** One entry for each day from `firstDay` on, oldest first; days without a signal too. */
  signalTrend(userId: number, firstDay: Date, days: number): Promise<readonly SignalDay[]>;
  usage(userId: number, filter: UsageFilter): Promise<Usage>;
  /** At most ten. */
  leaderboard(userId: number, order: LeaderboardOrder): Promise<readonly LeaderboardEntry[]>;
  keyTotals(userId: number): Promise<KeyTotals>;
}
