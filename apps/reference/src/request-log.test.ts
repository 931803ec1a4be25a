import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { DatabaseError } from 'pg';
import { Counters } from './counters.ts';
import type { Queryable } from './database.ts';
import type { RequestLogEntry } from './ports/index.ts';
import { createRequestLog } from './postgres/index.ts';

const ENTRY: RequestLogEntry = {
  ...{ requestId: randomUUID(), userId: 1, provider: 'fast', model: 'swift-1', status: 200, streamed: false },
  ...{ inputTokens: 1, outputTokens: 2, durationMs: 3.5, at: new Date(0) },
};

/** A database that keeps the ids it is sent, and fails as it is told to. */
function fakeDatabase() {
  const batches: string[][] = [];
  const state = { failure: undefined as Error | undefined, batches };
  const queryable: Queryable = {
    async query(_sql, values = []) {
      if (state.failure) throw state.failure;
      batches.push(values[0] as string[]);
      return [];
    },
  };
  return { ...state, queryable, fail: (failure: Error | undefined) => (state.failure = failure) };
}

test('[GW-31] rows are written after 200 ms, five hundred at a time, and what waits is written at the end', async () => {
  const clock = createFakeClock();
  const { queryable, batches } = fakeDatabase();
  const log = createRequestLog(queryable, new Counters(), clock);
  for (let i = 0; i < 3; i++) log.add(ENTRY);
  await clock.advance(199);
  assert.equal(batches.length, 0);
  await clock.advance(1);
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [3],
  );
  for (let i = 0; i < 1_100; i++) log.add(ENTRY);
  await log.close();
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [3, 500, 500, 100],
  );
});

test('[GW-32] rows that could not be sent are sent again, in order', async () => {
  const clock = createFakeClock();
  const { queryable, batches, fail } = fakeDatabase();
  const counters = new Counters();
  const log = createRequestLog(queryable, counters, clock);
  const ids = Array.from({ length: 5 }, () => randomUUID());
  fail(new Error('the connection broke'));
  for (const requestId of ids) log.add({ ...ENTRY, requestId });
  await clock.advance(200);
  await clock.advance(1_000);
  fail(undefined);
  await clock.advance(1_000);
  assert.deepEqual(batches, [ids]);
  assert.equal(counters.get('lostLogRows'), 0);
  await log.close();
});

test('[GW-32] at most ten thousand wait, and what is lost is counted: what is too much, and what the database refuses', async () => {
  const clock = createFakeClock();
  const { queryable, batches, fail } = fakeDatabase();
  const counters = new Counters();
  const log = createRequestLog(queryable, counters, clock);
  fail(new Error('the connection broke'));
  for (let i = 0; i < 10_500; i++) log.add(ENTRY);
  await clock.advance(200);
  for (let i = 0; i < 100; i++) log.add(ENTRY);
  assert.ok(counters.get('lostLogRows') >= 600, `${counters.get('lostLogRows')} lost`);
  fail(undefined);
  await log.close();
  assert.equal(batches.flat().length + counters.get('lostLogRows'), 10_600);
  fail(new DatabaseError('value out of range', 0, 'error'));
  const lostBefore = counters.get('lostLogRows');
  log.add(ENTRY);
  await log.close();
  assert.equal(counters.get('lostLogRows'), lostBefore + 1);
});
