import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type FakeConnection, FakeConnector } from './fake-connector.test.double.ts';
import { Subscriptions } from './subscriptions.ts';

interface Made {
  readonly subscriptions: Subscriptions;
  readonly connector: FakeConnector;
  readonly clock: FakeClock;
  /** The newest connection. */
  current(): FakeConnection;
}

function open(): Made {
  const clock = createFakeClock();
  const connector = new FakeConnector();
  const subscriptions = new Subscriptions(connector, { clock, random: () => 0.5 });
  const current = (): FakeConnection => connector.subscribers.at(-1) as FakeConnection;
  return { subscriptions, connector, clock, current };
}

test('[REDIS-16] a channel is asked for once, however many listen, and all of them hear', async () => {
  const { subscriptions, current } = open();
  const heard: string[] = [];
  const first = subscriptions.add('c', (message) => heard.push(`1${message}`));
  current().make();
  await first.confirmed;
  const second = subscriptions.add('c', (message) => heard.push(`2${message}`));
  await second.confirmed;
  current().listeners.get('c')?.('x');
  second.remove();
  current().listeners.get('c')?.('y');
  assert.deepEqual(heard, ['1x', '2x', '1y']);
  assert.deepEqual(current().asked, ['c']);
});

test('[REDIS-16] after each new connection every channel is asked for again, until the server confirms', async () => {
  const { subscriptions, current, clock } = open();
  subscriptions.add('a', () => {});
  subscriptions.add('b', () => {});
  current().make();
  await clock.advance(0);
  current().confirm = () => Promise.reject(new Error('Socket closed unexpectedly'));
  current().make();
  await clock.advance(0);
  assert.deepEqual(current().asked, ['a', 'b', 'a', 'b']);
  current().confirm = () => Promise.resolve();
  await clock.advance(250);
  assert.deepEqual(current().asked.slice(4), ['a', 'b']);
  await clock.advance(2_000);
  assert.equal(current().asked.length, 6);
});

test('[REDIS-16] a channel that the old connection never confirmed is asked for on the new one', async () => {
  const { subscriptions, current, connector, clock } = open();
  current().confirm = () => new Promise(() => {});
  const { confirmed } = subscriptions.add('a', () => {});
  current().make();
  current().ready = false;
  await clock.advance(5_250);
  assert.equal(connector.subscribers.length, 2);
  current().make();
  await confirmed;
});

test('[REDIS-17] a server that leaves a question unanswered for 5 s is left', async () => {
  const { subscriptions, connector, current, clock } = open();
  subscriptions.add('a', () => {});
  current().make();
  await clock.advance(20_000);
  assert.equal(connector.subscribers.length, 1);
  assert.ok(current().pings >= 3);
  current().pong = () => new Promise(() => {});
  await clock.advance(10_500);
  assert.equal(connector.subscribers.length, 2);
  current().make();
  await clock.advance(0);
  assert.deepEqual(current().asked, ['a']);
});

test('[REDIS-14] after close nobody hears and no timer is left', async () => {
  const { subscriptions, current, clock } = open();
  subscriptions.add('a', () => {});
  current().make();
  subscriptions.close();
  assert.deepEqual([current().closed, clock.pendingTimers], [true, 0]);
});
