import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineRedisScript, type RedisDriver } from '../redis/index.ts';
import { until } from './until.ts';

/** What {@link redisDriverSuite} is given. */
export interface RedisDriverSuiteOptions {
  /** What the suite is called: the client, and what it is connected to. */
  readonly name: string;
  /** Makes a new driver for the same Redis, not yet connected. The suite closes it. */
  readonly open: () => RedisDriver | Promise<RedisDriver>;
  /** Cuts every connection that there is now, on the side of the servers; new ones succeed. */
  readonly cut: () => Promise<void>;
  /** How long the driver may take to be ready again after a cut; default 5,000. */
  readonly reconnectMs?: number;
}

const LIMIT = { timeoutMs: 5_000 };
const TTL_MS = 60_000;

/**
 * Registers the tests that every `RedisDriver` must pass, as a suite of `node:test`, against a real Redis. Keys begin
 * with `millrace-suite:` and expire by themselves. Each test has a driver of its own.
 * @example
 * redisDriverSuite({
 *   name: 'our driver',
 *   open: () => createOurDriver(process.env.REDIS_URL),
 *   cut: () => admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']),
 * });
 */
export function redisDriverSuite(options: RedisDriverSuiteOptions): void {
  suite(`RedisDriver: ${options.name}`, () => {
    for (const [name, run] of Object.entries({ ...VALUES, ...SCRIPTS, ...CONNECTIONS })) {
      test(name, async (t) => run(await connect(t, options), options));
    }
  });
}

type Case = (driver: RedisDriver, options: RedisDriverSuiteOptions) => Promise<void>;
type Cases = Readonly<Record<string, Case>>;

async function connect(t: TestContext, options: RedisDriverSuiteOptions): Promise<RedisDriver> {
  const driver = await options.open();
  t.after(() => driver.close());
  await driver.connected(LIMIT);
  assert.equal(driver.ready, true);
  return driver;
}

/** Keys that nobody else has, in one slot when `tag` is given. */
function newKeys(count: number, tag = ''): string[] {
  const run = randomBytes(6).toString('hex');
  return Array.from({ length: count }, (_, index) => `millrace-suite:${tag && `{${run}${tag}}`}${run}:${index}`);
}

const VALUES: Cases = {
  'bytes come back as they went in': async (driver) => {
    const [key] = newKeys(1) as [string];
    const bytes = Buffer.from([...randomBytes(100), 0, 13, 10, 255, 254, 0xc3]);
    await driver.set(key, bytes, TTL_MS, LIMIT);
    assert.deepEqual(await driver.get(key, LIMIT), bytes);
    await driver.set(key, Buffer.alloc(0), TTL_MS, LIMIT);
    assert.deepEqual(await driver.get(key, LIMIT), Buffer.alloc(0));
    const large = randomBytes(2 ** 20);
    await driver.set(key, large, TTL_MS, LIMIT);
    assert.ok((await driver.get(key, LIMIT))?.equals(large));
  },
  'odd keys are keys like others': async (driver) => {
    const [key] = newKeys(1) as [string];
    const keys = ['', ' ', '\r\n', '\0', 'ключ', '{', '}', '{}', '{}{x}', '*[?'].map((odd) => key + odd);
    await Promise.all(keys.map((each) => driver.set(each, Buffer.from(each), TTL_MS, LIMIT)));
    const values = await driver.getMany(keys, LIMIT);
    assert.deepEqual(values.map(String), keys);
  },
  'a value ends with its time': async (driver) => {
    const [key] = newKeys(1) as [string];
    await driver.set(key, Buffer.from('x'), 30, LIMIT);
    await until('expired', 2_000, async () => (await driver.get(key, LIMIT)) === null);
  },
  'many are answered in their order, absent ones with null': async (driver) => {
    const keys = newKeys(20);
    for (const [index, key] of keys.entries()) {
      if (index % 3 !== 0) await driver.set(key, Buffer.from(String(index)), TTL_MS, LIMIT);
    }
    const values = await driver.getMany([...keys, keys[1] ?? ''], LIMIT);
    const expected = [...keys.keys(), 1].map((index) => (index % 3 === 0 ? null : Buffer.from(String(index))));
    assert.deepEqual(values, expected);
    assert.deepEqual(await driver.getMany([], LIMIT), []);
  },
  'unlink removes keys of any slot and counts them': async (driver) => {
    const keys = newKeys(10);
    for (const key of keys.slice(0, 7)) await driver.set(key, Buffer.from('x'), TTL_MS, LIMIT);
    assert.equal(await driver.unlink(keys, LIMIT), 7);
    assert.equal(await driver.unlink([], LIMIT), 0);
    assert.ok((await driver.getMany(keys, LIMIT)).every((value) => value === null));
  },
  'scan finds every key that matches, on every primary': async (driver) => {
    const keys = newKeys(50);
    await Promise.all(keys.map((key) => driver.set(key, Buffer.from('x'), TTL_MS, LIMIT)));
    const found = new Set<string>();
    const pattern = `${keys[0]?.slice(0, -2)}*`;
    for await (const batch of driver.scan(pattern, LIMIT)) for (const key of batch) found.add(key);
    assert.deepEqual([...found].sort(), [...keys].sort());
  },
};

const SHAPES = defineRedisScript(`return {1, 'text', false, {ARGV[1], redis.status_reply('FINE')}, 3.9}`);
const FAILS = defineRedisScript(`return redis.error_reply('SECRETKIND ' .. ARGV[1])`);

const SCRIPTS: Cases = {
  'a script is run whether the server knows it or not, and answers in the shapes of RESP 2': async (driver) => {
    const [key] = newKeys(1) as [string];
    const unknown = defineRedisScript(`return {KEYS[1], ARGV[1]} -- ${key}`);
    for (const _ of [1, 2]) {
      const bytes = Buffer.from([0, 255]);
      assert.deepEqual(await driver.evaluate(unknown, [key], [bytes], LIMIT), [Buffer.from(key), bytes]);
    }
    const [number, text, nothing, nested, cut] = (await driver.evaluate(SHAPES, [key], ['a'], LIMIT)) as unknown[];
    assert.deepEqual([number, text, nothing, cut], [1, Buffer.from('text'), null, 3]);
    assert.deepEqual((nested as unknown[]).map(String), ['a', 'FINE']);
  },
  'what the server refuses is told by its first word alone': async (driver) => {
    const [key] = newKeys(1) as [string];
    await driver.set(key, Buffer.from('x'), TTL_MS, LIMIT);
    const refusals = {
      SECRETKIND: () => driver.evaluate(FAILS, [key], ['hidden'], LIMIT),
      ERR: () => driver.command(key, ['SET', key, 'hidden', 'PX', 'soon'], LIMIT),
      WRONGTYPE: () => driver.command(key, ['LPUSH', key, 'hidden'], LIMIT),
    };
    for (const [kind, refused] of Object.entries(refusals)) {
      await assert.rejects(refused, (error: Error & { code?: string; context?: { kind?: string } }) => {
        assert.equal(error.code, 'MILLRACE_REDIS_REFUSED');
        assert.equal(error.context?.kind, kind);
        assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause}`, /hidden/);
        return true;
      });
    }
  },
};

const CONNECTIONS: Cases = {
  'commands at once go out in their order on one connection': async (driver) => {
    const [log, meta] = newKeys(2, 'order') as [string, string];
    const answers = await Promise.all([
      driver.command(log, ['RPUSH', log, 'a'], LIMIT),
      driver.command(meta, ['SET', meta, 'x', 'PX', '60000'], LIMIT),
      driver.command(log, ['RPUSH', log, 'b', 'c'], LIMIT),
      driver.command(log, ['LRANGE', log, '0', '-1'], LIMIT),
      driver.command(log, ['PEXPIRE', log, '60000'], LIMIT),
    ]);
    assert.deepEqual([answers[0], answers[2], (answers[3] as unknown[]).map(String)], [1, 3, ['a', 'b', 'c']]);
  },
  'a command that is not answered in time rejects, and its answer reaches nobody else': async (driver) => {
    const [key] = newKeys(1) as [string];
    const blocked = driver.command(key, ['BLPOP', key, '0.3'], { timeoutMs: 50 });
    await assert.rejects(blocked, { code: 'MILLRACE_REDIS_TIMEOUT' });
    await driver.set(key, Buffer.from('mine'), TTL_MS, LIMIT);
    assert.equal(String(await driver.get(key, LIMIT)), 'mine');
  },
  'a duplicate has connections of its own': async (driver) => {
    const [key] = newKeys(1) as [string];
    await using other = driver.duplicate();
    await other.connected(LIMIT);
    const blocked = other.command(key, ['BLPOP', key, '0.5'], LIMIT);
    const started = performance.now();
    assert.equal(await driver.get(key, LIMIT), null);
    assert.ok(performance.now() - started < 400, 'waited for the other one');
    assert.equal(await blocked, null);
  },
  'messages reach all listeners of their channel and of no other': async (driver) => {
    const [one, two] = newKeys(2) as [string, string];
    const heard: string[] = [];
    await driver.subscribe(one, (message) => heard.push(`1 ${message}`), LIMIT);
    await driver.subscribe(one, (message) => heard.push(`2 ${message}`), LIMIT);
    await driver.subscribe(two, (message) => heard.push(`3 ${message}`), LIMIT);
    await driver.command(one, ['PUBLISH', one, 'ключ'], LIMIT);
    await until('both heard', 5_000, () => heard.length >= 2);
    await driver.command(two, ['PUBLISH', two, 'other'], LIMIT);
    await until('all heard', 5_000, () => heard.length >= 3);
    assert.deepEqual(heard, ['1 ключ', '2 ключ', '3 other']);
  },
  'a cut connection is made again by itself, in another session': async (driver, { cut, reconnectMs = 5_000 }) => {
    const [key] = newKeys(1) as [string];
    const { session } = driver;
    await cut();
    await until('another session', reconnectMs, () => driver.session !== session && driver.ready);
    await until('answers', reconnectMs, () => driver.get(key, LIMIT).then(isNull, () => false));
  },
  'a command that is under way when the connection is cut rejects at once, and is not sent again': async (
    driver,
    { cut, reconnectMs = 5_000 },
  ) => {
    const [list] = newKeys(1) as [string];
    const waiting = driver.command(list, ['BLPOP', list, '20'], { timeoutMs: 20_000 });
    const lost = assert.rejects(waiting, { code: 'MILLRACE_REDIS_LOST' });
    await driver.get(list, { timeoutMs: 50 }).catch(() => {}); // Behind it: it has gone out.
    await cut();
    await lost;
    await until('answers', reconnectMs, () => driver.get(list, LIMIT).then(isNull, () => false));
    assert.equal(await driver.command(list, ['RPUSH', list, 'x'], LIMIT), 1);
    await sleep(50);
    assert.equal(await driver.command(list, ['LLEN', list], LIMIT), 1, 'somebody took it');
    await driver.unlink([list], LIMIT);
  },
  'subscriptions outlive a cut': async (driver, { cut, reconnectMs = 5_000 }) => {
    const [channel] = newKeys(1) as [string];
    const heard = new Set<string>();
    await driver.subscribe(channel, (message) => heard.add(message), LIMIT);
    await cut();
    let count = 0;
    await until('heard again', reconnectMs * 2, async () => {
      await driver.command(channel, ['PUBLISH', channel, `after ${count++}`], LIMIT).catch(() => {});
      return heard.size > 0;
    });
  },
  'closing rejects what is under way and everything after, and may be done again': async (driver) => {
    const [key] = newKeys(1) as [string];
    const waiting = driver.command(key, ['BLPOP', key, '20'], { timeoutMs: 20_000 });
    const ended = assert.rejects(waiting, { code: 'MILLRACE_REDIS_CLOSED' });
    await sleep(20);
    await Promise.all([driver.close(), driver.close()]);
    await ended;
    assert.equal(driver.ready, false);
    await assert.rejects(driver.get(key), { code: 'MILLRACE_REDIS_CLOSED' });
    await assert.rejects(
      driver.subscribe(key, () => {}),
      { code: 'MILLRACE_REDIS_CLOSED' },
    );
    assert.throws(() => driver.duplicate(), { code: 'MILLRACE_REDIS_CLOSED' });
  },
};

function isNull(value: unknown): boolean {
  return value === null;
}
