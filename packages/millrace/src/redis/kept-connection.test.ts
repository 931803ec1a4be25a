import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { FakeConnection } from './fake-connector.test.double.ts';
import { KeptConnection } from './kept-connection.ts';

interface Kept {
  readonly kept: KeptConnection<FakeConnection>;
  readonly opened: FakeConnection[];
  readonly clock: FakeClock;
}

function keep(on: { made?: () => void; look?: () => void } = {}): Kept {
  const clock = createFakeClock();
  const opened: FakeConnection[] = [];
  const open = (report: FakeConnection['report']): FakeConnection => {
    const connection = new FakeConnection(report);
    opened.push(connection);
    return connection;
  };
  return { kept: new KeptConnection(open, { clock, random: () => 0.5 }, on), opened, clock };
}

function last({ opened }: Kept): FakeConnection {
  return opened.at(-1) as FakeConnection;
}

test('[REDIS-10] a client that gets nowhere is replaced after 5 s, then after twice as long each time, to 60 s', async () => {
  const it = keep();
  const ages: number[] = [];
  let since = 0;
  for (let count = 1; count <= 6; count++) {
    while (it.opened.length === count) await it.clock.advance(250);
    ages.push(it.clock.now() - since);
    since = it.clock.now();
    assert.ok(it.opened[count - 1]?.closed && it.opened[count]?.started);
  }
  const longest = 60_000 * 1.125;
  assert.deepEqual(ages, [5_000, 11_250, 22_500, 45_000, longest, longest]);
});

test('[REDIS-10] once it is ready, the patience is as at first', async () => {
  const it = keep();
  await it.clock.advance(20_000);
  const count = it.opened.length;
  last(it).make();
  await it.clock.advance(10_000);
  assert.equal(it.opened.length, count);
  last(it).ready = false;
  await it.clock.advance(4_750);
  assert.equal(it.opened.length, count);
  await it.clock.advance(500);
  assert.equal(it.opened.length, count + 1);
});

test('[REDIS-10] a client that gave up is replaced a second later', async () => {
  const it = keep();
  last(it).report.ended(new Error('WRONGPASS invalid username-password pair'));
  await it.clock.advance(750);
  assert.equal(it.opened.length, 1);
  await it.clock.advance(250);
  assert.equal(it.opened.length, 2);
  assert.equal(it.kept.reason, 'WRONGPASS');
});

test('[REDIS-10] what becomes of a client that was replaced counts no more', async () => {
  let made = 0;
  const it = keep({ made: () => made++ });
  const [old] = it.opened as [FakeConnection];
  await it.clock.advance(5_000);
  const { session } = it.kept;
  old.make();
  old.report.failed(Object.assign(new Error('old'), { code: 'EOLD' }));
  assert.deepEqual([it.kept.session, it.kept.ready, made], [session, false, 0]);
  assert.notEqual(it.kept.reason, 'EOLD');
});

test('[REDIS-11] each connection that is made is another session, also over a new client', async () => {
  const it = keep();
  const sessions = [it.kept.session];
  last(it).make();
  sessions.push(it.kept.session);
  last(it).ready = false;
  last(it).make();
  sessions.push(it.kept.session);
  it.kept.renew('READONLY');
  last(it).make();
  sessions.push(it.kept.session);
  assert.equal(new Set(sessions).size, 4);
});

test('[REDIS-13] it is renewed on demand, but not more than once a second', async () => {
  const it = keep();
  last(it).make();
  for (const _ of [1, 2, 3]) it.kept.renew('READONLY');
  assert.equal(it.opened.length, 2);
  await it.clock.advance(1_000);
  it.kept.renew('READONLY');
  assert.equal(it.opened.length, 3);
});

test('[REDIS-9] who waits for the first connection is told when it is made, however late', async () => {
  const it = keep();
  let told = false;
  void it.kept.connected.then(() => {
    told = true;
  });
  await it.clock.advance(30_000);
  assert.equal(told, false);
  last(it).make();
  await it.clock.advance(0);
  assert.equal(told, true);
});

test('[REDIS-14] after close nothing is looked at, replaced or reported, and no timer is left', async () => {
  let looks = 0;
  const it = keep({ look: () => looks++ });
  const waiting = assert.rejects(it.kept.connected, { code: 'MILLRACE_REDIS_CLOSED' });
  it.kept.close();
  it.kept.close();
  await waiting;
  last(it).make();
  it.kept.renew('SILENT');
  await it.clock.advance(60_000);
  assert.deepEqual([it.opened.length, looks, it.clock.pendingTimers, it.kept.ready], [1, 0, 0, false]);
});
