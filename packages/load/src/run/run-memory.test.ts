import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { responseTimesOf, serviceTimesOf } from '../result/index.ts';
import { Recorder } from './recorder.ts';
import { type MemoryPiece, RunMemory } from './run-memory.ts';
import type { TimedRequest } from './step-recorder.ts';

const REQUEST: TimedRequest = { intendedAt: 1_000, writtenAt: 1_001, firstByteAt: 1_002, retried: false };

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

/** A reader of what a writer announces, as another thread has it. */
function mirrored(durationMs: number): { writer: RunMemory; reader: () => RunMemory } {
  const pieces: MemoryPiece[] = [];
  const writer = new RunMemory(durationMs, { allocate: shared, announce: (piece) => pieces.push(piece) });
  return {
    writer,
    reader: () => {
      const [first, ...rest] = pieces;
      assert.ok(first?.kind === 'totals');
      const memory = new RunMemory(durationMs, { totals: first.totals });
      for (const piece of rest) memory.add(piece);
      return memory;
    },
  };
}

test('[LOAD-79] what one side records the other reads at once, rows and reasons that come up late too', () => {
  const { writer, reader } = mirrored(10_000);
  const recorder = new Recorder(1_000, 10_000, writer);
  const row = writer.openRow('step', 'read');
  recorder.taken(1_000, 1_000.5);
  row.answered(REQUEST, 200, undefined, 7, 1_004);
  recorder.settled(REQUEST, undefined, 4, 1_004, 7);
  writer.openRow('prerequisite', 'log in').broken(REQUEST, 'reset', 1_009);
  recorder.clientFailed('EMFILE');
  recorder.clientFailed('EMFILE');

  const seen = reader();
  assert.deepEqual(
    seen.rows.map(({ kind, name }) => [kind, name]),
    [
      ['step', 'read'],
      ['prerequisite', 'log in'],
    ],
  );
  assert.deepEqual(seen.openRow('step', 'read').result(), row.result());
  assert.equal(seen.openRow('step', 'read').result().ok, 1);
  assert.deepEqual(seen.reasonCounts(), new Map([['EMFILE', 2]]));
  const reading = new Recorder(1_000, 10_000, seen);
  assert.deepEqual([reading.planned, reading.completed, reading.sent], [1, 1, 1]);
  assert.deepEqual(reading.seconds(), recorder.seconds());
});

test('[LOAD-79] a thread that has the memory reads it without the writer', async () => {
  const { writer, reader } = mirrored(1_000);
  writer.openRow('step', 'read').answered(REQUEST, 204, undefined, 0, 1_003);
  const counts = reader().rows[0]?.memory.statuses;
  const code = `const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(workerData[204]);`;
  const worker = new Worker(code, { eval: true, workerData: counts });
  const [told] = (await once(worker, 'message')) as [number];
  assert.equal(told, 1);
});

test('[LOAD-79] counts go on beyond 2^32', () => {
  const { writer, reader } = mirrored(1_000);
  const row = writer.openRow('step', 'read');
  const recorder = new Recorder(1_000, 1_000, writer);
  for (const memory of [writer.rows[0]?.memory.counts, writer.rows[0]?.memory.statuses, writer.totals.counts]) {
    memory?.fill(2 ** 32 - 1);
  }
  row.answered(REQUEST, 200, undefined, 2 ** 33, 1_004);
  recorder.taken(1_000, 1_000);
  const { ok, sent, bodyBytes, statuses } = reader().openRow('step', 'read').result();
  assert.deepEqual([ok, sent, bodyBytes, statuses[200]], [2 ** 32, 2 ** 32, 3 * 2 ** 32 - 1, 2 ** 32]);
  assert.equal(recorder.planned, 2 ** 32);
});

test("[LOAD-79] past twenty reasons of the generator's own the rest counts together", () => {
  const memory = new RunMemory(1_000);
  for (let i = 0; i < 40; i++) memory.countReason(`reason ${i}`);
  memory.countReason('reason 3');
  const counts = memory.reasonCounts();
  assert.equal(counts.size, 21);
  assert.deepEqual([counts.get('reason 3'), counts.get('other reasons')], [2, 20]);
});

/** Records refusals into shared memory for a while. */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData).then(({ RunMemory }) => {
    const allocate = (bytes) => new SharedArrayBuffer(bytes);
    const memory = new RunMemory(1_000, { allocate, announce: (piece) => parentPort.postMessage(piece) });
    const row = memory.openRow('step', 'read');
    const request = { intendedAt: 0, writtenAt: 0, firstByteAt: 0, retried: false };
    for (let i = 0; i < 3_000_000; i++) row.answered(request, 503, 'status', 0, 1 + (i % 40));
  });`;

test('[LOAD-79] whenever it is read, no part of the times is more than the whole', async () => {
  const module = new URL('./run-memory.ts', import.meta.url).href;
  const worker = new Worker(WRITER, { eval: true, workerData: module });
  const [totals] = (await once(worker, 'message')) as [MemoryPiece & { kind: 'totals' }];
  const [row] = (await once(worker, 'message')) as [MemoryPiece];
  const memory = new RunMemory(1_000, { totals: totals.totals });
  memory.add(row);
  let isWriting = true;
  const written = once(worker, 'exit').then(() => {
    isWriting = false;
  });
  let reads = 0;
  while (isWriting) {
    const result = memory.openRow('step', 'read').result();
    assert.equal(
      responseTimesOf(result).histogram.count,
      result.responseTimeUs.count - result.refusedResponseTimeUs.count,
    );
    serviceTimesOf(result);
    reads++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await written;
  assert.ok(reads > 2, `${reads}`);
  assert.equal(memory.openRow('step', 'read').result().refusedResponseTimeUs.count, 3_000_000);
});
