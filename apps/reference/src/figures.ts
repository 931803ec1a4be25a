import type {
  Period,
  SignalAction,
  SignalDay,
  SignalSummary,
  StrategyOverview,
  StrategyStatus,
  StrengthLevel,
} from './ports/index.ts';

/** Signals that have pair, action and strength in common: a row of a GROUP BY, or a single signal. */
export interface SignalGroup {
  readonly pair: string;
  readonly action: SignalAction;
  readonly strength_level: StrengthLevel;
  readonly total: number;
  /** Sum of {@link toMillionths} of each strength. */
  readonly strength_sum: number;
  readonly profit_count: number;
  readonly profit_sum: number;
  readonly last_at: Date;
}

/** Signals of one UTC day and action. */
export interface SignalDayGroup {
  readonly date: string;
  readonly action: SignalAction;
  readonly total: number;
  readonly strength_sum: number;
}

/** Strategies of one exchange and status. */
export interface StrategyGroup {
  readonly exchange: string;
  readonly status: StrategyStatus;
  readonly total: number;
}

const TOP_PAIRS = 5;
const MILLION = 1_000_000;
const DAY_MS = 86_400_000;

/** Whole millionths, rounded down: sums of them do not depend on the order of adding, sums of fractions do. */
export function toMillionths(value: number): number {
  return Math.floor(value * MILLION);
}

/** The UTC day of an instant, as 2026-01-31. */
export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

export function inPeriod(instant: Date, { start, end }: Period): boolean {
  return (start === undefined || instant >= start) && (end === undefined || instant < end);
}

export function summariseSignals(groups: readonly SignalGroup[]): SignalSummary {
  const byAction = { buy: 0, sell: 0, hold: 0 };
  const byStrength = { strong: 0, medium: 0, weak: 0, ignore: 0 };
  const pairs = new Map<string, number>();
  const sums = { total: 0, strength: 0, profits: 0, profit: 0, last: undefined as Date | undefined };
  for (const group of groups) {
    byAction[group.action] += group.total;
    byStrength[group.strength_level] += group.total;
    pairs.set(group.pair, (pairs.get(group.pair) ?? 0) + group.total);
    sums.total += group.total;
    sums.strength += group.strength_sum;
    sums.profits += group.profit_count;
    sums.profit += group.profit_sum;
    if (sums.last === undefined || group.last_at > sums.last) sums.last = group.last_at;
  }
  return {
    total: sums.total,
    byAction,
    byStrength,
    averageStrength: meanOfMillionths(sums.strength, sums.total),
    averageProfitRatio: meanOfMillionths(sums.profit, sums.profits),
    lastSignalAt: sums.last?.toISOString() ?? null,
    topPairs: [...pairs]
      .map(([pair, total]) => ({ pair, total }))
      .sort((a, b) => b.total - a.total || byText(a.pair, b.pair))
      .slice(0, TOP_PAIRS),
  };
}

/** One entry a day, days without a signal too. */
export function fillDays(groups: readonly SignalDayGroup[], firstDay: Date, days: number): SignalDay[] {
  const byDate = Map.groupBy(groups, (group) => group.date);
  return Array.from({ length: days }, (_, index) => {
    const date = utcDay(new Date(firstDay.getTime() + index * DAY_MS));
    const counts = { total: 0, buy: 0, sell: 0, hold: 0 };
    let strength = 0;
    for (const group of byDate.get(date) ?? []) {
      counts.total += group.total;
      counts[group.action] += group.total;
      strength += group.strength_sum;
    }
    return { date, ...counts, averageStrength: meanOfMillionths(strength, counts.total) };
  });
}

export function summariseStrategies(
  groups: readonly StrategyGroup[],
  recent: StrategyOverview['recent'],
): StrategyOverview {
  const byStatus = { stopped: 0, running: 0, error: 0 };
  const exchanges = new Map<string, { exchange: string; total: number; running: number }>();
  let total = 0;
  for (const group of groups) {
    const entry = exchanges.get(group.exchange) ?? { exchange: group.exchange, total: 0, running: 0 };
    exchanges.set(group.exchange, entry);
    entry.total += group.total;
    if (group.status === 'running') entry.running += group.total;
    byStatus[group.status] += group.total;
    total += group.total;
  }
  const byExchange = [...exchanges.values()].sort((a, b) => byText(a.exchange, b.exchange));
  return { total, byStatus, byExchange, recent };
}

function meanOfMillionths(sum: number, count: number): number | null {
  return count === 0 ? null : Math.floor(sum / count) / MILLION;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
