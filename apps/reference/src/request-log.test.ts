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

const NO_WARNING = (line: string): void => assert.fail(line);

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
  const log = createRequestLog(queryable, new Counters(), clock, NO_WARNING);
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
  const log = createRequestLog(queryable, counters, clock, NO_WARNING);
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
  const log = createRequestLog(queryable, counters, clock, NO_WARNING);
  fail(new Error('the connection broke'));
  for (let i = 0; i < 10_500; i++) log.add(ENTRY);
  await clock.advance(200);
  for (let i = 0; i < 100; i++) log.add(ENTRY);
  assert.ok(counters.get('lostLogRows') >= 600, `${counters.get('lostLogRows')} lost`);
  fail(undefined);
  await log.close();
  assert.equal(batches.flat().length + counters.get('lostLogRows'), 10_600);
  const another = createRequestLog(queryable, counters, clock, NO_WARNING);
  fail(new DatabaseError('value out of range', 0, 'error'));
  const lostBefore = counters.get('lostLogRows');
  another.add(ENTRY);
  await another.close();
  assert.equal(counters.get('lostLogRows'), lostBefore + 1);
});

test('[GW-32] what waits at the end while the database is away is counted as lost, and one line says so', async () => {
  const { queryable, fail } = fakeDatabase();
  const counters = new Counters();
  const lines: string[] = [];
  const log = createRequestLog(queryable, counters, createFakeClock(), (line) => lines.push(line));
  fail(new Error('the connection broke'));
  for (let i = 0; i < 700; i++) log.add(ENTRY);
  await log.close();
  assert.equal(counters.get('lostLogRows'), 700);
  assert.deepEqual(lines, ['700 rows of the request log are lost: the database did not take them before the end']);
  log.add(ENTRY);
  assert.equal(counters.get('lostLogRows'), 701);
});

/** A database that takes rows when it is let, and answers every other statement at once. */
function slowDatabase() {
  const held: (() => void)[] = [];
  const written: number[] = [];
  const queryable: Queryable = {
    async query(sql, values = []) {
      if (!sql.startsWith('INSERT')) return [];
      written.push((values[0] as string[]).length);
      await new Promise<void>((resolve) => held.push(resolve));
      return [];
    },
  };
  return { queryable, written, letGo: () => held.shift()?.() };
}

/** A log that is writing a row, with another one waiting. */
async function logInWriting() {
  const { queryable, written, letGo } = slowDatabase();
  const clock = createFakeClock();
  const log = createRequestLog(queryable, new Counters(), clock, NO_WARNING);
  log.add(ENTRY);
  await clock.advance(200);
  log.add(ENTRY);
  return { log, clock, written, letGo };
}

test('[GW-34] statistics wait for the rows that were there, not for those that come meanwhile', async () => {
  const { log, clock, written, letGo } = await logInWriting();
  let answered = false;
  const asked = log.statistics(1, { start: undefined, end: undefined }).then(() => (answered = true));
  for (let round = 0; round < 2; round++) {
    await clock.advance(0);
    assert.deepEqual([written.length, answered], [round + 1, false]);
    log.add(ENTRY);
    log.add(ENTRY);
    letGo();
  }
  await asked;
  assert.deepEqual(written, [1, 3]);
});

test('[GW-34] neither statistics nor the end wait for a database that does not answer', async () => {
  const { queryable } = slowDatabase();
  const clock = createFakeClock();
  const counters = new Counters();
  const lines: string[] = [];
  const log = createRequestLog(queryable, counters, clock, (line) => lines.push(line));
  for (let i = 0; i < 510; i++) log.add(ENTRY);
  const asked = log.statistics(1, { start: undefined, end: undefined });
  await clock.advance(5_000);
  assert.deepEqual((await asked).items, []);
  const closing = log.close();
  await clock.advance(5_000);
  await closing;
  assert.deepEqual([counters.get('lostLogRows'), lines.length], [10, 1]);
});

test('[GW-31] rows that come during a long write are written after it', async () => {
  const { clock, written, letGo } = await logInWriting();
  await clock.advance(1_000);
  assert.deepEqual(written, [1]);
  letGo();
  await clock.advance(200);
  assert.deepEqual(written, [1, 1]);
});
