import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import type { RedisDriver } from './driver.ts';
import { type FakeConnection, FakeConnector } from './fake-connector.test.double.ts';
import { createDriver } from './kept-driver.ts';
import { defineRedisScript } from './script.ts';

interface Made {
  readonly driver: RedisDriver;
  readonly connector: FakeConnector;
  readonly clock: FakeClock;
}

function open(clustered = false): Made {
  const clock = createFakeClock();
  const connector = new FakeConnector(clustered);
  const driver = createDriver(connector, { clock, commandTimeoutMs: 100 });
  connector.current.make();
  return { driver, connector, clock };
}

/** An error under the name that a client gives to what Redis refused. */
function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

test('[REDIS-2] a command is given up at its limit, and a later answer is nobody’s', async () => {
  const { driver, connector, clock } = open();
  const late = Promise.withResolvers<Buffer>();
  connector.current.answer = () => late.promise;
  const own = assert.rejects(driver.get('a', { timeoutMs: 20 }), {
    code: 'MILLRACE_REDIS_TIMEOUT',
    message: 'Redis did not answer GET within 20 ms',
  });
  const usual = assert.rejects(driver.get('b'), { message: 'Redis did not answer GET within 100 ms' });
  await clock.advance(20);
  await own;
  await clock.advance(80);
  await usual;
  connector.current.answer = () => Promise.resolve(Buffer.from('mine'));
  late.resolve(Buffer.from('theirs'));
  assert.equal(String(await driver.get('c')), 'mine');
});

test('[REDIS-3] without a connection a command rejects at once and is not sent, and the reason is a word', async () => {
  const { driver, connector } = open();
  connector.current.ready = false;
  connector.current.report.failed(Object.assign(new Error('10.0.0.1 refused'), { code: 'ECONNREFUSED' }));
  const expected = { code: 'MILLRACE_REDIS_NOT_READY', message: /so GET was not sent: ECONNREFUSED$/ };
  await assert.rejects(driver.get('a'), expected);
  await assert.rejects(
    driver.subscribe('a', () => {}),
    { code: 'MILLRACE_REDIS_NOT_READY' },
  );
  assert.deepEqual(connector.current.sent, []);
  connector.current.make();
  assert.deepEqual(connector.current.sent, []);
});

test('[REDIS-3] who waits for a connection that does not come hears why', async () => {
  const clock = createFakeClock();
  const connector = new FakeConnector();
  const driver = createDriver(connector, { clock });
  connector.current.report.failed(new Error('NOAUTH Authentication required.'));
  const waiting = assert.rejects(driver.connected({ timeoutMs: 50 }), {
    code: 'MILLRACE_REDIS_NOT_READY',
    message: /NOAUTH$/,
  });
  await clock.advance(50);
  await waiting;
});

test('[REDIS-6] a script that the server does not know is sent once more, by its text', async () => {
  const { driver, connector } = open();
  const script = defineRedisScript('return 1');
  connector.current.answer = ([name]) =>
    name === 'EVALSHA' ? Promise.reject(reply('NOSCRIPT No matching script.')) : Promise.resolve(1);
  assert.equal(await driver.evaluate(script, ['k'], ['w']), 1);
  assert.deepEqual(connector.current.sent, [`EVALSHA ${script.sha1} 1 k w`, 'EVAL return 1 1 k w']);
  connector.current.answer = () => Promise.reject(reply('ERR user_script:1: oh'));
  await assert.rejects(driver.evaluate(script, ['k'], []), { code: 'MILLRACE_REDIS_REFUSED' });
  assert.equal(connector.current.sent.length, 3);
});

test('[REDIS-7] one command for several keys, but one a key in a Cluster', async () => {
  for (const [clustered, sent] of [
    [false, ['MGET a b', 'UNLINK a b']],
    [true, ['GET a', 'GET b', 'UNLINK a', 'UNLINK b']],
  ] as const) {
    const { driver, connector } = open(clustered);
    connector.current.answer = ([name]) => Promise.resolve(name === 'MGET' ? [null, null] : name === 'GET' ? null : 1);
    assert.deepEqual(await driver.getMany(['a', 'b']), [null, null]);
    assert.equal(await driver.unlink(['a', 'b']), clustered ? 2 : 1);
    assert.deepEqual(connector.current.sent, sent);
  }
});

test('[REDIS-7] scan goes through every primary to its end', async () => {
  const { driver, connector } = open(true);
  const pages = [
    ['7', ['a']],
    ['0', []],
    ['0', ['b', 'c']],
  ] as const;
  connector.current.answer = () => {
    const [cursor, keys] = pages[connector.current.sent.length - 1] ?? ['0', []];
    return Promise.resolve([Buffer.from(cursor), keys.map((key) => Buffer.from(key))]);
  };
  const batches: (readonly string[])[] = [];
  for await (const batch of driver.scan('x*')) batches.push(batch);
  assert.deepEqual(batches, [['a'], [], ['b', 'c']]);
  assert.deepEqual(
    connector.current.sent,
    ['0', '7', '0'].map((at) => `SCAN ${at} MATCH x* COUNT 500`),
  );
});

test('[REDIS-12] after 3 s in which nothing was heard while commands were given up, the connection is made anew', async () => {
  const { driver, connector, clock } = open();
  for (let ms = 0; ms < 2_900; ms += 100) {
    void driver.get('a').catch(() => {});
    await clock.advance(100);
  }
  assert.equal(connector.commands.length, 1);
  await clock.advance(250);
  assert.equal(connector.commands.length, 2);
  assert.equal(connector.commands[0]?.closed, true);
});

test('[REDIS-12] in a Cluster the silence of one node counts, whatever the others answer', async () => {
  const { driver, connector, clock } = open(true);
  connector.current.answer = ([, key]) => (key === 'gone' ? new Promise(() => {}) : Promise.resolve(null));
  for (let ms = 0; ms < 3_300; ms += 100) {
    void driver.get('gone').catch(() => {});
    void driver.get('there').catch(() => {});
    await clock.advance(100);
  }
  assert.equal(connector.commands.length, 2);
});

test('[REDIS-12] neither slowness nor idleness is silence', async () => {
  const { driver, connector, clock } = open();
  await clock.advance(60_000);
  for (let ms = 0; ms < 20_000; ms += 500) {
    const late = Promise.withResolvers<null>();
    connector.current.answer = () => late.promise;
    void driver.get('a').catch(() => {});
    await clock.advance(300); // Given up after 100.
    late.resolve(null);
    await clock.advance(200);
  }
  assert.equal(connector.commands.length, 1);
});

test('[REDIS-13] a replica in the place of the primary is left, once a second; in a Cluster the client knows where to go', async () => {
  for (const [clustered, opened] of [
    [false, 2],
    [true, 1],
  ] as const) {
    const { driver, connector } = open(clustered);
    connector.current.answer = () => Promise.reject(reply("READONLY You can't write against a read only replica."));
    await Promise.all([1, 2, 3].map(() => driver.set('a', Buffer.from('x'), 1_000).catch(() => {})));
    assert.equal(connector.commands.length, opened);
  }
});

test('[REDIS-14] close rejects what is under way and everything after, and leaves no timer', async () => {
  const { driver, connector, clock } = open();
  const lost = Promise.withResolvers<never>();
  connector.current.answer = () => lost.promise;
  const waiting = assert.rejects(driver.get('a'), { code: 'MILLRACE_REDIS_CLOSED' });
  const hanging = assert.rejects(
    driver.subscribe('c', () => {}),
    { code: 'MILLRACE_REDIS_CLOSED' },
  );
  await driver.close();
  await driver.close();
  lost.reject(new Error('Disconnects client'));
  await waiting;
  await clock.advance(100);
  await hanging;
  await assert.rejects(driver.get('a'), { code: 'MILLRACE_REDIS_CLOSED' });
  await assert.rejects(driver.connected(), { code: 'MILLRACE_REDIS_CLOSED' });
  assert.throws(() => driver.duplicate(), { code: 'MILLRACE_REDIS_CLOSED' });
  assert.equal(clock.pendingTimers, 0);
  assert.ok([...connector.commands, ...connector.subscribers].every(({ closed }: FakeConnection) => closed));
});

test('[REDIS-18] a limit that is out of range and an option that no one knows are refused', () => {
  for (const commandTimeoutMs of [0, -1, 1.5, Number.NaN, 600_001]) {
    assert.throws(() => createDriver(new FakeConnector(), { commandTimeoutMs }), {
      code: 'MILLRACE_REDIS_OPTION_INVALID',
    });
  }
  const unknown = { commandTimeoutMS: 5 } as object;
  assert.throws(() => createDriver(new FakeConnector(), unknown), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
