import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { fillDays, type SignalGroup, summariseSignals, summariseStrategies, toMillionths } from './figures.ts';
import { SIGNAL_ACTIONS, STRENGTH_LEVELS, strengthLevel } from './ports/index.ts';

const signal = fc
  .record({
    pair: fc.constantFrom('A/B', 'B/C', 'C/D', 'D/E', 'E/F', 'F/G', 'G/H'),
    action: fc.constantFrom(...SIGNAL_ACTIONS),
    strength: fc.double({ min: 0, max: 1, noNaN: true }),
    profit: fc.option(fc.double({ min: -1, max: 1_000, noNaN: true })),
    at: fc.integer({ min: 0, max: 1e9 }),
  })
  .map(
    ({ pair, action, strength, profit, at }): SignalGroup => ({
      ...{ pair, action, strength_level: strengthLevel(strength), total: 1, strength_sum: toMillionths(strength) },
      ...{ profit_count: profit === null ? 0 : 1, profit_sum: profit === null ? 0 : toMillionths(profit) },
      last_at: new Date(at),
    }),
  );

/** What a GROUP BY makes of single signals. */
function group(signals: readonly SignalGroup[]): SignalGroup[] {
  const groups = Map.groupBy(signals, ({ pair, action, strength_level }) => `${pair} ${action} ${strength_level}`);
  const sum = (of: readonly SignalGroup[], field: 'strength_sum' | 'profit_count' | 'profit_sum'): number =>
    of.reduce((total, row) => total + row[field], 0);
  return [...groups.values()].map((rows) => ({
    ...(rows[0] as SignalGroup),
    total: rows.length,
    strength_sum: sum(rows, 'strength_sum'),
    profit_count: sum(rows, 'profit_count'),
    profit_sum: sum(rows, 'profit_sum'),
    last_at: new Date(Math.max(...rows.map((row) => row.last_at.getTime()))),
  }));
}

test('[REF-80] a summary is the same whether the rows come one by one, grouped, or in another order', () => {
  fc.assert(
    fc.property(fc.array(signal), (signals) => {
      const summary = summariseSignals(signals);
      assert.deepEqual(summariseSignals(group(signals).reverse()), summary);
      assert.deepEqual(summariseSignals(signals.toReversed()), summary);
      assert.equal(summary.total, signals.length);
    }),
    propertySeed(),
  );
});

test('[REF-81] of nothing there is no mean, no last signal and no pair', () => {
  const empty = summariseSignals([]);
  assert.deepEqual(
    [empty.averageStrength, empty.averageProfitRatio, empty.lastSignalAt, empty.topPairs],
    [null, null, null, []],
  );
  const [day] = fillDays([], new Date('2025-12-31'), 1);
  assert.deepEqual(day, { date: '2025-12-31', total: 0, buy: 0, sell: 0, hold: 0, averageStrength: null });
  assert.deepEqual(summariseStrategies([], []).byExchange, []);
});

test('[REF-82] a trend has one entry a day, through the end of a year', () => {
  const days = fillDays(
    [{ date: '2025-12-31', action: 'buy', total: 2, strength_sum: 1_000_001 }],
    new Date('2025-12-30'),
    3,
  );
  assert.deepEqual(
    days.map(({ date, total, averageStrength }) => [date, total, averageStrength]),
    [
      ['2025-12-30', 0, null],
      ['2025-12-31', 2, 0.5],
      ['2026-01-01', 0, null],
    ],
  );
});

test('[REF-83] a strength has the name that the data gives it', () => {
  const names = [0, 0.4, 0.6, 0.8, 1].map(strengthLevel);
  assert.deepEqual(names, ['ignore', 'weak', 'medium', 'strong', 'strong']);
  assert.deepEqual(new Set(names), new Set(STRENGTH_LEVELS));
});
