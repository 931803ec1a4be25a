import { createRandom, type Random } from 'millrace/core';
import { strengthLevel } from '../../ports/index.ts';
import type { DataSetOptions } from '../data-set.ts';
import { HISTORY_DAYS } from '../profile.ts';
import { createZipf } from '../zipf.ts';
import { byShare, decimal } from './choice.ts';
import { createParentPicker, type Owners } from './ownership.ts';
import { PAIRS } from './pairs.ts';
import { type TableRows, tableOf } from './table.ts';

const COLUMNS = [
  ...['id', 'strategy_id', 'user_id', 'pair', 'action', 'signal_strength', 'strength_level'],
  ...['current_rate', 'profit_ratio', 'indicators', 'created_at'],
];
const ACTIONS = { buy: 0.4, sell: 0.35, hold: 0.25 };
const HISTORY_MS = HISTORY_DAYS * 86_400_000;

/** In order of time, so that ids and `created_at` agree on what is newer. */
export function signalRows({ profile, seed, referenceNow }: DataSetOptions, owners: Owners): TableRows {
  const startMs = referenceNow.getTime() - HISTORY_MS;
  function* generate() {
    const random = createRandom(seed).fork('signals');
    const pickStrategy = createParentPicker(owners, random.fork('strategies'));
    const pairs = createZipf({ size: PAIRS.length, exponent: 1 });
    const pairRandom = random.fork('pairs');
    for (let index = 0; index < profile.signals; index++) {
      const strategyId = pickStrategy(index);
      const pair = PAIRS[pairs.draw(pairRandom) - 1] as (typeof PAIRS)[number];
      const strength = decimal(0, 1, 3, random);
      const createdAt = new Date(startMs + Math.floor(((index + random.next()) / profile.signals) * HISTORY_MS));
      yield [
        ...[index + 1, strategyId, owners[strategyId - 1] as number, pair.name, byShare(ACTIONS, random), strength],
        ...[strengthLevel(strength), Number((pair.rate * (0.9 + random.next() * 0.2)).toPrecision(8))],
        ...[random.int(3) === 0 ? null : decimal(-0.2, 0.4, 4, random), indicators(random), createdAt],
      ];
    }
  }
  return tableOf('signals', COLUMNS, generate, profile.signals);
}

function indicators(random: Random): string | null {
  if (random.int(4) === 0) return null;
  return `{"rsi": ${decimal(5, 95, 1, random)}, "macd": ${decimal(-2, 2, 3, random)}}`;
}
