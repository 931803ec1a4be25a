import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { STANDALONE } from '../redis/drivers.ts';
import { type Member, type MemberOptions, startMembers } from './drills/member.ts';
import { newName, openNode, until, untilShared } from './sharing-caches.ts';

/* A process that stands still for a while, as under SIGSTOP, a debugger, a frozen container or a long collection. */

const driverOf = STANDALONE['node-redis']!;

async function startMember(t: TestContext, options: MemberOptions, origin: () => unknown): Promise<Member> {
  const [member] = (await startMembers(1, options, origin)) as [Member];
  t.after(() => member[Symbol.asyncDispose]());
  return member;
}

/** While a process stands still its row changes: once it goes on, it gives nothing that is older than it may. */
export async function pausesWithOldValue(t: TestContext, pauseMs: number, maxStalenessMs: number): Promise<void> {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  assert.ok(pauseMs > maxStalenessMs);
  const name = newName();
  let row = 'old';
  const paused = await startMember(t, { url, cache: { name }, tier: { maxStalenessMs, timeoutMs: 1_000 } }, () => row);
  const writer = await openNode(t, driverOf(url), { name });
  const read = (): Promise<unknown> => paused.tell('read', { key: 'row' });
  assert.equal(await read(), 'old');
  paused.signal('SIGSTOP');
  row = 'new';
  await writer.delete('row');
  await sleep(pauseMs);
  // Asked while it sleeps: these wait in its channel, and are what it sees first when it wakes.
  const asked = Array.from({ length: 20 }, read);
  paused.signal('SIGCONT');
  for (let round = 0; round < 50; round++) {
    asked.push(read());
    await sleep(1);
  }
  assert.deepEqual([...new Set(await Promise.all(asked))], ['new']);
}

/** A process stands still in the middle of a load for longer than it holds the right to store: what it read goes nowhere. */
export async function pausesWithLease(t: TestContext, pauseMs: number, leaseMs: number): Promise<void> {
  const url = await testRedis();
  if (url === undefined) return t.skip('no Redis');
  assert.ok(pauseMs > leaseMs);
  const name = newName();
  const begun = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  const options = { url, cache: { name }, tier: { leaseMs, maxStalenessMs: 60_000, timeoutMs: 1_000 } };
  const paused = await startMember(t, options, async () => {
    begun.resolve();
    await going.promise;
    return 'read before the pause';
  });
  const driver = driverOf(url);
  const other = await openNode(t, driver, { name, tier: { leaseMs } });
  const read = paused.tell('read', { key: 'row' });
  await begun.promise;
  paused.signal('SIGSTOP');
  const began = performance.now();
  assert.equal(await other.getOrSet('row', async () => 'newer'), 'newer');
  const waitedMs = performance.now() - began;
  assert.ok(waitedMs < leaseMs + 1_500, `waited ${waitedMs} ms for the one that stands still`);
  await untilShared(other, driver, 'row');
  await sleep(Math.max(0, pauseMs - waitedMs));
  going.resolve();
  paused.signal('SIGCONT');
  assert.equal(await read, 'read before the pause'); // Nobody invalidated it: it is an answer, but not one to store for others.
  await until('it is settled', async () => (await paused.tell('follow', {})).loading === 0);
  await sleep(50);
  const fresh = await openNode(t, driverOf(url), { name });
  assert.equal(await fresh.getOrSet('row', async () => assert.fail('loaded again')), 'newer');
}
