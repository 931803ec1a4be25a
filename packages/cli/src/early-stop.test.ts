import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadResult, mergeStepResults, parseThreshold, type StepResult } from '@millrace/load';
import { Histogram } from 'millrace/core';
import { watchThresholds } from './early-stop.ts';

function stepOf(ok: number, timeout: number): StepResult {
  const times = new Histogram();
  for (let i = 0; i < ok + timeout; i++) times.record(1_000);
  return { ...mergeStepResults([]), ok, errors: { timeout }, responseTimeUs: times.snapshot() };
}

const RUN = {
  total: stepOf(900, 100),
  steps: { list: stepOf(900, 0), buy: stepOf(0, 100), rare: stepOf(0, 99) },
  groups: {},
  flows: { look: { ...stepOf(99, 0), failed: 0 }, order: { ...stepOf(40, 60), failed: 60 } },
  arrivals: { planned: 1_000 },
  achievedRatio: 1,
} as unknown as LoadResult;

function stoppedBy(text: string): string | undefined {
  const early = watchThresholds([parseThreshold(text)]);
  early.listen({ elapsedMs: 2_000, planned: 1_000, sent: 1_000, completed: 1_000, errors: 100, live: () => RUN });
  assert.equal(early.signal.aborted, early.cause !== undefined);
  return early.cause?.threshold.text;
}

test('[CLI-46] a threshold on a row or on flows ends a run too, from a hundred of them on', () => {
  for (const text of ['errors<1%', 'buy.errors<50%', 'flow.failed<1%', 'flow[order].failed<50%'])
    assert.equal(stoppedBy(text), text);
  for (const text of ['errors<20%', 'list.errors<1%', 'rare.errors<1%', 'none.errors<1%', 'flow[look].max<1us'])
    assert.equal(stoppedBy(text), undefined, text);
});
