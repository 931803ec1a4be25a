import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { mergeStepResults, type SlowRequest, type StepResult } from '../result/index.ts';
import { RunMemory } from './run-memory.ts';

interface Sent {
  readonly at: number;
  readonly ms: number;
  readonly ending: 'ok' | 'reset' | 'timeout';
  readonly isTraced: boolean;
}

const sent = fc.record<Sent>({
  at: fc.nat({ max: 50 }),
  // Few, so that many are equal.
  ms: fc.nat({ max: 12 }),
  ending: fc.constantFrom('ok', 'reset', 'timeout'),
  isTraced: fc.boolean(),
});

function record(all: readonly (Sent & { readonly id: number })[]): StepResult {
  const memory = new RunMemory(1_000);
  memory.startAt = 500;
  const row = memory.openRow('step', 'read');
  for (const { at, ms, ending, isTraced, id } of all) {
    const traceparent = isTraced
      ? `00-${'ab'.repeat(15)}${id.toString(16).padStart(2, '0')}-${'cd'.repeat(8)}-00`
      : undefined;
    const request = { intendedAt: 500 + at, writtenAt: 500 + at + 1, firstByteAt: -1, retried: false, traceparent };
    const now = request.writtenAt + ms;
    if (ending === 'ok') row.answered(request, 200, undefined, 0, now);
    else if (ending === 'reset') row.broken(request, ending, now);
    else row.givenUp(request, ending, now);
  }
  // Read by another thread from the same memory.
  return memory.openRow('step', 'read').result();
}

test('[LOAD-98] the ten slowest with a trace are kept, in whatever order they end and by however many threads', () => {
  const property = fc.property(fc.array(sent, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (all, threads) => {
    const named = all.map((one, id) => ({ ...one, id }));
    const expected = named
      .filter(({ isTraced }) => isTraced)
      .toSorted((a, b) => b.ms - a.ms || a.at - b.at || a.id - b.id)
      .slice(0, 10)
      .map(({ id }) => id);
    const idsOf = (slowest: readonly SlowRequest[] = []): number[] =>
      slowest.map(({ traceId }) => Number.parseInt(traceId.slice(-2), 16));
    const parts = Array.from({ length: threads }, (_, thread) => named.filter(({ id }) => id % threads === thread));
    for (const results of [[record(named)], [record(named.toReversed())], parts.map(record)]) {
      assert.deepEqual(idsOf(mergeStepResults(results).slowest), expected);
    }
  });
  fc.assert(property, { numRuns: 200, ...propertySeed() });
});

test('[LOAD-98] each says its times, and how it ended', () => {
  const traced = { at: 2, ms: 7, isTraced: true };
  const { slowest = [] } = record([
    { ...traced, ending: 'ok', id: 1 },
    { ...traced, ending: 'reset', ms: 6, id: 2 },
    { ...traced, ending: 'timeout', ms: 5, id: 3 },
  ]);
  const ids = (id: number) => ({ traceId: `${'ab'.repeat(15)}0${id}`, spanId: 'cd'.repeat(8), startMs: 2 });
  assert.deepEqual(slowest, [
    { ...ids(1), responseUs: 8_000, serviceUs: 7_000, status: 200 },
    { ...ids(2), responseUs: 7_000, serviceUs: 6_000, error: 'reset' },
    { ...ids(3), responseUs: 6_000, serviceUs: 5_000, error: 'timeout' },
  ]);
});
