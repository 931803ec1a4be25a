import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { type ListenPostgresOptions, listenPostgres } from './postgres-revocation-feed.ts';
import { SteppedClock, settle } from './simulated-log.test.model.ts';

/** A connection that answers while it is told to. */
class FakeClient extends EventEmitter {
  readonly said: string[] = [];
  isSilent = false;
  isEnded = false;

  async query(text: string): Promise<void> {
    this.said.push(text);
    if (this.isSilent) await new Promise(() => {});
  }

  async end(): Promise<void> {
    this.isEnded = true;
    this.emit('end');
  }
}

interface Bench {
  readonly clock: SteppedClock;
  readonly clients: FakeClient[];
  readonly heard: unknown[];
  readonly close: () => Promise<void>;
  /** What connecting does from now on. */
  connecting: () => Promise<FakeClient>;
}

async function open(options: Partial<ListenPostgresOptions> = {}): Promise<Bench> {
  const clock = new SteppedClock();
  const [clients, heard] = [[] as FakeClient[], [] as unknown[]];
  const bench: Bench = {
    clock,
    clients,
    heard,
    close: () => feed.close(),
    connecting: async () => clients[clients.push(new FakeClient()) - 1]!,
  };
  const feed = listenPostgres({ connect: () => bench.connecting(), clock, ...options })({
    appended: (position) => heard.push(position),
    listening: () => heard.push('listening'),
    lost: () => heard.push('lost'),
  });
  await settle();
  return bench;
}

test('[AUTH-102] what is told on the channel of the table is heard, and nothing else', async () => {
  const { clients, heard, close } = await open({ table: 'auth.ended' });
  assert.deepEqual(clients[0]!.said, ['LISTEN auth_ended']);
  clients[0]!.emit('notification', { channel: 'auth_ended', payload: '7' });
  clients[0]!.emit('notification', { channel: 'other', payload: '8' });
  assert.deepEqual(heard, ['listening', 7]);
  await close();
  clients[0]!.emit('notification', { channel: 'auth_ended', payload: '9' });
  assert.deepEqual([heard.length, clients[0]!.isEnded], [2, true]);
});

for (const how of ['error', 'end'] as const) {
  test(`[AUTH-102] after an ${how} of the connection another one is made, ever more slowly while none can be`, async () => {
    const bench = await open();
    const { clock, clients, heard } = bench;
    const connect = bench.connecting;
    let tries = 0;
    bench.connecting = async () => {
      tries++;
      throw new Error('no server');
    };
    clients[0]!.emit(how);
    clients[0]!.emit('end');
    assert.deepEqual(heard, ['listening', 'lost'], 'told once');
    for (let step = 0; step < 100; step++) {
      clock.step(100);
      await settle();
    }
    assert.ok(tries >= 12 && tries <= 15, `${tries} tries in 10 s`);
    bench.connecting = connect;
    clock.step(2_000);
    await settle();
    assert.deepEqual(heard, ['listening', 'lost', 'listening']);
    await bench.close();
    assert.equal(clock.pendingTimers, 0);
  });
}

test('[AUTH-102] a connection on which nothing comes back is lost, whether it says so or not', async () => {
  const { clock, clients, heard, close } = await open({ timeoutMs: 1_000 });
  clock.step(5_000);
  await settle();
  assert.deepEqual(clients[0]!.said.slice(1), ['SELECT 1']);
  clients[0]!.isSilent = true;
  clock.step(5_000);
  await settle();
  clock.step(1_000);
  await settle();
  assert.deepEqual(heard, ['listening', 'lost']);
  clock.step(50);
  await settle();
  assert.deepEqual([heard.at(-1), clients.length, clients[0]!.isEnded], ['listening', 2, true]);
  await close();
});

test('[AUTH-102] a connection that is made too late, or after the end, is given back', async () => {
  const bench = await open({ timeoutMs: 1_000 });
  const { clock, clients, heard, close } = bench;
  const late = Promise.withResolvers<FakeClient>();
  bench.connecting = () => late.promise;
  clients[0]!.emit('end');
  clock.step(50);
  await settle();
  clock.step(1_000);
  await settle();
  const [tooLate, afterEnd] = [new FakeClient(), new FakeClient()];
  const last = Promise.withResolvers<FakeClient>();
  bench.connecting = () => last.promise;
  late.resolve(tooLate);
  clock.step(2_000);
  await settle();
  await close();
  last.resolve(afterEnd);
  await settle();
  assert.deepEqual([tooLate.isEnded, afterEnd.isEnded], [true, true]);
  assert.deepEqual(heard, ['listening', 'lost']);
});

test('[AUTH-103] options of a feed that are out of range, or that no one knows, are refused', () => {
  const connect = async () => new FakeClient();
  for (const wrong of [{ timeoutMs: 99 }, { table: 'a b' }]) {
    assert.throws(() => listenPostgres({ connect, ...wrong }), { code: 'MILLRACE_AUTH_OPTION_INVALID' });
  }
  assert.throws(() => listenPostgres({ connect, channel: 'c' } as never), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
