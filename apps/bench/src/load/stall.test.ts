import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stallMeasurements } from './stall.ts';

type Stall = Parameters<typeof stallMeasurements>[0][number];

function stall(ok: number, reasons: Stall['result']['validity']['reasons'] = []): Stall {
  const figures = (['p95', 'p99', 'max'] as const).map((name) => ({ name, measuredUs: 99, trueUs: 100, error: -0.01 }));
  const result = { total: { ok }, arrivals: { planned: 20_000 }, validity: { verdict: 'valid', reasons } };
  return { figures, result: result as unknown as Stall['result'] };
}

test('[BENCH-12] the errors of a stall need every answer', () => {
  assert.deepEqual(
    stallMeasurements([stall(20_000)]).map(({ value }) => value),
    [1, 1, 1],
  );
  assert.throws(() => stallMeasurements([stall(20_000), stall(19_999)]), /19999 good answers of 20000/);
});

test('[BENCH-5] a stall that the generator spoiled says so beside its figures', () => {
  const [spoiled] = stallMeasurements([
    stall(20_000),
    stall(20_000, [{ code: 'garbage', values: { share: 0.2, boundShare: 0.1 } }]),
  ]);
  assert.notEqual(spoiled?.invalid, undefined);
});
