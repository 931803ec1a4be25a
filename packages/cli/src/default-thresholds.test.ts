import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadResult } from '@millrace/load';
import { readThresholds, withFlows } from './default-thresholds.ts';

const WITH_FLOWS = { flows: { look: {} } } as unknown as LoadResult;

const textsOf = (given: readonly string[], result: LoadResult, maxErrors?: string): string[] =>
  withFlows(readThresholds(given, maxErrors), result).map(({ text }) => text);

test('[CLI-18] without a threshold on failed flows more than 1 % of them is too many, where there are flows', () => {
  assert.deepEqual(textsOf([], {} as LoadResult), ['errors<=1%']);
  assert.deepEqual(textsOf([], WITH_FLOWS), ['flow.failed<=1%', 'errors<=1%']);
  assert.deepEqual(textsOf(['errors<5%', 'flow[look].failed<5%'], WITH_FLOWS), [
    'flow.failed<=1%',
    'errors<5%',
    'flow[look].failed<5%',
  ]);
  assert.deepEqual(textsOf(['flow.failed<5%'], WITH_FLOWS, '2%'), ['errors<=2%', 'flow.failed<5%']);
});
