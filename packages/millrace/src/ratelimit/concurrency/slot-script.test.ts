import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { systemClock } from '../../core/index.ts';
import { createIoredisDriver, defineRedisScript, type RedisDriver } from '../../redis/index.ts';
import { propertySeed } from '../../testing/index.ts';
import { createSharedConcurrencyLimiter } from './index.ts';
import { SlotRedis } from './slot-redis.test.double.ts';
import { SLOT_SCRIPT } from './slot-script.ts';

const URL_OF_RUN = process.env.MILLRACE_TEST_REDIS ?? '';
const LIMIT = { timeoutMs: 5_000 };
const BASE_MS = 1_800_000_000_000;
const TIME = `redis.call('TIME')`;

assert.ok(SLOT_SCRIPT.source.includes(TIME) && SLOT_SCRIPT.source.includes(`'PEXPIRE', key, text(term)`));
/** The script with a clock that the test sets, and keys that stay while that stands still. */
const TIMED = defineRedisScript(
  SLOT_SCRIPT.source
    .replace(TIME, `redis.call('HMGET', KEYS[1] .. ':time', 's', 'us')`)
    .replace(`'PEXPIRE', key, text(term)`, `'PEXPIRE', key, '60000'`),
);

async function open(t: TestContext): Promise<RedisDriver> {
  const driver = createIoredisDriver({ client: new Redis(URL_OF_RUN, { lazyConnect: true }) });
  t.after(() => driver.close());
  await driver.connected(LIMIT);
  return driver;
}

const question = fc.tuple(
  fc.constantFrom('hold', 'hold', 'hold', 'join', 'drop'),
  fc.nat({ max: 1 }),
  fc.constantFrom('a/100', 'b/100', 'c/100', 'd/5000', 'e/5000'),
);
const step = fc.record({
  passMs: fc.oneof(fc.constant(0), fc.integer({ min: -6_000, max: 100 }), fc.integer({ min: 0, max: 4_000 })),
  limit: fc.integer({ min: 1, max: 4 }),
  questions: fc.array(question, { minLength: 1, maxLength: 4 }),
});

const skip = URL_OF_RUN === '' && 'the run has no Redis: install redis-server or valkey-server, or set REDIS_URL';
suite('the script of slots on a real Redis', { skip }, () => {
  test('[RATE-96] holds, gives and takes as the double does, whatever the clock of Redis does', async (t) => {
    const driver = await open(t);
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const clock = { ...systemClock, ms: BASE_MS, now: () => clock.ms };
      const double = new SlotRedis(clock);
      const prefix = `slot-test:{${randomBytes(6).toString('hex')}}`;
      const keys = [`${prefix}:0`, `${prefix}:1`] as const;
      try {
        for (const { passMs, limit, questions } of steps) {
          clock.ms += passMs;
          const time = [
            'HSET',
            '',
            's',
            String(Math.floor(clock.ms / 1_000)),
            'us',
            String((clock.ms % 1_000) * 1_000),
          ];
          for (const key of keys) await driver.command(key, time.with(1, `${key}:time`), LIMIT);
          const asked = questions.map(([, key]) => keys[key]!) as [string, ...string[]];
          const words = [String(limit), ...questions.flatMap(([what, , slot]) => [what, slot])];
          assert.deepEqual(await driver.evaluate(TIMED, asked, words, LIMIT), double.run(asked, words));
        }
      } finally {
        await driver.unlink([...keys, ...keys.map((key) => `${key}:time`)], LIMIT);
      }
    });
    await fc.assert(property, { numRuns: 60, ...propertySeed() });
  });

  test('[RATE-96] what is not renewed is gone from Redis after its term, and all of a key with it', async (t) => {
    const driver = await open(t);
    const name = randomBytes(6).toString('hex');
    const key = `slots:${name}:k`;
    await using one = createSharedConcurrencyLimiter({ name, limit: 2, driver, termMs: 400, timeoutMs: 100 });
    await using slot = await one.acquire('k');
    await driver.command(key, ['ZADD', key, String(Date.now() - 5), 'crashed/400'], LIMIT);
    await using next = await one.acquire('k');
    assert.deepEqual([slot.by, slot.allowed, next.allowed, next.inUse], ['redis', true, true, 2]);
    await new Promise((later) => setTimeout(later, 700));
    assert.deepEqual([slot.lost.aborted, await driver.command(key, ['ZCARD', key])], [false, 2]);
    await one.close();
    assert.equal(await driver.command(key, ['EXISTS', key]), 0);
    await driver.evaluate(SLOT_SCRIPT, [key], ['1', 'hold', 'crashed/400'], LIMIT);
    const left = Number(await driver.command(key, ['PTTL', key], LIMIT));
    assert.ok(left > 200 && left <= 400, `${left} ms`);
    await driver.unlink([key], LIMIT);
  });
});
