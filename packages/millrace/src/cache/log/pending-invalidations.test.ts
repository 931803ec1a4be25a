import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from './log-source.ts';
import { PendingInvalidations } from './pending-invalidations.ts';

const key = (name: string): LogEntry => ({ kind: 'key', name });

/** Whether it is settled by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
}

test('[CACHE-502] who names one thing twice waits for it once', async () => {
  const pending = new PendingInvalidations();
  const { settled } = pending.add([key('a'), key('b'), key('a')]);
  const batch = pending.batch(10);
  assert.equal(batch.length, 2);
  assert.equal(await isSettled(settled), false);
  pending.settle(batch);
  assert.equal(await isSettled(settled), true);
});

test('[CACHE-502] past the bound one that names everything stands for all, and all are told', async () => {
  const pending = new PendingInvalidations(10);
  const few = pending.add([key('a'), key('b')]);
  const many = pending.add(Array.from({ length: 20 }, (_, index) => key(`k${index}`)));
  assert.equal(pending.size, 1);
  assert.ok(pending.covers('anything', []));
  pending.settle(pending.batch(10));
  assert.deepEqual([await isSettled(few.settled), await isSettled(many.settled), pending.size], [true, true, 0]);
});

test('[CACHE-502] what is under way when the bound is passed settles nobody before all of theirs is', async () => {
  const pending = new PendingInvalidations(2);
  const first = pending.add([key('a'), key('b')]);
  const sent = pending.batch(1);
  const more = pending.add([key('c'), key('d')]);
  pending.settle(sent);
  assert.deepEqual([await isSettled(first.settled), await isSettled(more.settled)], [false, false]);
  pending.settle(pending.batch(10));
  assert.deepEqual([await isSettled(first.settled), await isSettled(more.settled)], [true, true]);
});

test('[CACHE-502] who asks again while it is sent, and fails, waits with who asked before', async () => {
  const pending = new PendingInvalidations();
  const before = pending.add([key('a')]);
  const sent = pending.batch(10);
  const after = pending.add([key('a')]);
  pending.fail(sent);
  assert.deepEqual([await isSettled(before.settled), pending.size], [false, 1]);
  pending.settle(pending.batch(10));
  assert.deepEqual([await isSettled(before.settled), await isSettled(after.settled)], [true, true]);
});

test('[CACHE-502] nobody waits for nothing', async () => {
  assert.equal(await isSettled(new PendingInvalidations().add([]).settled), true);
});
