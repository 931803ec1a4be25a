import assert from 'node:assert/strict';
import { channel as openChannel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Channel, defineChannel } from './channel.ts';

interface Served {
  readonly route: string;
}

/** A feature: makes its payload behind the guard, and counts how often. */
function createFeature(channel: Channel<Served>): { serve(): void; readonly made: number } {
  let made = 0;
  return {
    serve() {
      if (channel.hasSubscribers) channel.publish({ route: `/${++made}` });
    },
    get made() {
      return made;
    },
  };
}

test('[SIGNALS-1] where nobody listens no payload is made', () => {
  const channel = defineChannel<Served>('millrace.test.guard');
  const feature = createFeature(channel);
  feature.serve();
  assert.equal(feature.made, 0);
  const stop = channel.subscribe(() => {});
  feature.serve();
  assert.equal(feature.made, 1);
  stop();
  feature.serve();
  assert.equal(feature.made, 1);
});

test('[SIGNALS-2] every listener gets every payload, at once and in order, until it stops', () => {
  const channel = defineChannel<Served>('millrace.test.order');
  const heard: string[] = [];
  const stopFirst = channel.subscribe(({ route }) => heard.push(`first ${route}`));
  const stopSecond = channel.subscribe(({ route }) => heard.push(`second ${route}`));
  channel.publish({ route: '/a' });
  assert.deepEqual(heard, ['first /a', 'second /a']);
  stopFirst();
  stopFirst();
  channel.publish({ route: '/b' });
  stopSecond();
  channel.publish({ route: '/c' });
  assert.deepEqual(heard, ['first /a', 'second /a', 'second /b']);
});

test('[SIGNALS-2] one function that listens twice hears twice, and stops once at a time', () => {
  const channel = defineChannel<Served>('millrace.test.twice');
  let heard = 0;
  const listen = (): void => void heard++;
  const stops = [channel.subscribe(listen), channel.subscribe(listen)];
  channel.publish({ route: '/' });
  assert.equal(heard, 2);
  stops[0]?.();
  channel.publish({ route: '/' });
  assert.equal(heard, 3);
  stops[1]?.();
  assert.equal(channel.hasSubscribers, false);
});

test('[SIGNALS-3] a listener that throws harms neither the publisher nor the others', async () => {
  const channel = defineChannel<Served>('millrace.test.throwing');
  const warned = once(process, 'warning');
  const heard: string[] = [];
  const wrong = new Error('listener broke');
  const stops = [
    channel.subscribe(() => {
      throw wrong;
    }),
    channel.subscribe(({ route }) => heard.push(route)),
  ];
  channel.publish({ route: '/a' });
  channel.publish({ route: '/b' });
  assert.deepEqual(heard, ['/a', '/b']);
  const [warning] = await warned;
  assert.equal(warning.code, 'MILLRACE_SIGNALS_LISTENER_FAILED');
  assert.match(warning.message, /millrace\.test\.throwing failed: Error: listener broke/);
  assert.equal(warning.cause, wrong);
  for (const stop of stops) stop();
});

test('[SIGNALS-3] a listener whose promise rejects is told of once, and is no unhandled rejection', async () => {
  const channel = defineChannel<Served>('millrace.test.rejecting');
  const told: string[] = [];
  const note = ({ message }: Error): void => void told.push(message);
  const unhandled: unknown[] = [];
  const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on('warning', note);
  process.on('unhandledRejection', noteUnhandled);
  // biome-ignore lint/nursery/noMisusedPromises: the careless listener is the case
  const stop = channel.subscribe(async ({ route }) => {
    await turn();
    throw new Error(route);
  });
  for (const route of ['/a', '/b', '/c']) channel.publish({ route });
  for (let i = 0; i < 5; i++) await turn();
  stop();
  process.off('warning', note);
  process.off('unhandledRejection', noteUnhandled);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /millrace\.test\.rejecting failed: Error: \/a/);
  assert.deepEqual(unhandled, []);
});

test('[SIGNALS-4] two declarations of one name are one stream', () => {
  const mine = defineChannel<Served>('millrace.test.shared');
  const theirs = defineChannel<Served>('millrace.test.shared');
  const heard: string[] = [];
  const stop = mine.subscribe(({ route }) => heard.push(route));
  assert.equal(theirs.hasSubscribers, true);
  theirs.publish({ route: '/shared' });
  stop();
  assert.equal(theirs.hasSubscribers, false);
  assert.deepEqual(heard, ['/shared']);
});

test('[SIGNALS-4] the stream is that of node:diagnostics_channel', () => {
  const channel = defineChannel<Served>('millrace.test.plain');
  const heard: unknown[] = [];
  const listener = (payload: unknown, name: string | symbol): void => void heard.push([name, payload]);
  const plain = openChannel('millrace.test.plain');
  plain.subscribe(listener);
  assert.equal(channel.hasSubscribers, true);
  channel.publish({ route: '/plain' });
  plain.unsubscribe(listener);
  assert.deepEqual(heard, [['millrace.test.plain', { route: '/plain' }]]);
});

test('[SIGNALS-4] a listener stays although nobody holds the channel it subscribed to', () => {
  const { gc } = globalThis as { gc?: () => void };
  let heard = 0;
  defineChannel<Served>('millrace.test.dropped').subscribe(() => heard++);
  gc?.();
  defineChannel<Served>('millrace.test.dropped').publish({ route: '/' });
  assert.equal(heard, 1);
});
