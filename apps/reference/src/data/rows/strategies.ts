import { createRandom } from 'millrace/core';
import { TIMEFRAMES } from '../../ports/index.ts';
import type { DataSetOptions } from '../data-set.ts';
import { byShare, oneOf } from './choice.ts';
import type { Owners } from './ownership.ts';
import { PAIRS } from './pairs.ts';
import { type TableRows, tableOf } from './table.ts';

const COLUMNS = [
  ...['id', 'user_id', 'name', 'strategy_class', 'exchange', 'timeframe'],
  ...['pair_whitelist', 'status', 'created_at', 'updated_at'],
];
const CLASSES = ['MeanReversion', 'Breakout', 'Momentum', 'GridTrader', 'TrendFollower'];
/** People name things as they like: quotes, backslashes, other scripts and line ends must come through. */
const NAMES = [
  'Night scalper',
  "Ed's grid",
  'ATH\\ATL break',
  '趋势跟踪 “稳”',
  'Slow & steady',
  'Two\nlines',
  'Tab\there',
];
const EXCHANGES = ['binance', 'kraken', 'okx', 'bybit'];
const STATUSES = { stopped: 0.55, running: 0.35, error: 0.1 };
const DAY_MS = 86_400_000;

export function strategyRows({ profile, seed, referenceNow }: DataSetOptions, owners: Owners): TableRows {
  function* generate() {
    const random = createRandom(seed).fork('strategies');
    for (let id = 1; id <= profile.strategies; id++) {
      const strategyClass = oneOf(CLASSES, random);
      const name = `${oneOf(NAMES, random)} ${id}`;
      const whitelist = PAIRS.slice(0, random.int(PAIRS.length + 1)).map((pair) => pair.name);
      const createdAt = new Date(referenceNow.getTime() - Math.floor((31 + random.next() * 300) * DAY_MS));
      const updatedAt = new Date(createdAt.getTime() + Math.floor(random.next() * 31 * DAY_MS));
      yield [
        ...[id, owners[id - 1] as number, name, strategyClass, oneOf(EXCHANGES, random), oneOf(TIMEFRAMES, random)],
        ...[JSON.stringify(whitelist), byShare(STATUSES, random), createdAt, updatedAt],
      ];
    }
  }
  return tableOf('strategies', COLUMNS, generate, profile.strategies);
}
