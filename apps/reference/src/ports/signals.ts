import type { PageRequest, Slice } from './listing.ts';

export const SIGNAL_ACTIONS = ['buy', 'sell', 'hold'] as const;
export type SignalAction = (typeof SIGNAL_ACTIONS)[number];

export const STRENGTH_LEVELS = ['strong', 'medium', 'weak', 'ignore'] as const;
export type StrengthLevel = (typeof STRENGTH_LEVELS)[number];

/** The name of a strength from 0 to 1, as origin 000 grades it. */
export function strengthLevel(strength: number): StrengthLevel {
  if (strength >= 0.8) return 'strong';
  if (strength >= 0.6) return 'medium';
  return strength >= 0.4 ? 'weak' : 'ignore';
}

/** As a strategy reports it. */
export interface NewSignal {
  readonly pair: string;
  readonly action: SignalAction;
  /** 0 to 1. */
  readonly signalStrength: number;
  readonly currentRate: number;
  readonly profitRatio: number | null;
  readonly indicators: Readonly<Record<string, number>> | null;
}

export interface Signal extends NewSignal {
  readonly id: number;
  readonly strategyId: number;
  readonly strengthLevel: StrengthLevel;
  readonly createdAt: string;
}

export interface SignalFilter {
  readonly pair: string | undefined;
  readonly action: SignalAction | undefined;
  readonly strength: StrengthLevel | undefined;
  readonly strategyId: number | undefined;
}

/** The signals of a user's strategies. */
export interface Signals {
  list(userId: number, filter: SignalFilter, page: PageRequest): Promise<Slice<Signal>>;
  /** Undefined when the user has no such strategy. */
  record(userId: number, strategyId: number, signal: NewSignal): Promise<Signal | undefined>;
}
