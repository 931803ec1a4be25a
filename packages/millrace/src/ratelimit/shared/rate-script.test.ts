import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { systemClock } from '../../core/index.ts';
import { createIoredisDriver, defineRedisScript, type RedisDriver } from '../../redis/index.ts';
import { propertySeed } from '../../testing/index.ts';
import { MemoryLimiter } from '../memory-limiter.ts';
import type { RateDecision } from '../rate-decision.ts';
import { type FullRateRule, fullRules, type RateRule } from '../rate-rule.ts';
import { toMs } from '../ticks.ts';
import { unusedOf } from '../unused.ts';
import { RATE_SCRIPT } from './rate-script.ts';
import { backOf, ruleWords } from './redis-counts.ts';

const URL_OF_RUN = process.env.MILLRACE_TEST_REDIS ?? '';
const LIMIT = { timeoutMs: 5_000 };
const BASE_S = 1_800_000_000;

/** The script with a clock that the test sets, and keys that stay while that stands still. */
const TIMED = defineRedisScript(
  replaced(
    replaced(RATE_SCRIPT.source, `redis.call('TIME')`, `redis.call('MGET', KEYS[1] .. ':s', KEYS[1] .. ':us')`),
    'floor(((second + 1) * 16000000 - now) / 16000) + 1',
    '60000',
  ),
);

function replaced(text: string, from: string, to: string): string {
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
}

async function open(t: TestContext): Promise<RedisDriver> {
  const driver = createIoredisDriver({ client: new Redis(URL_OF_RUN, { lazyConnect: true }) });
  t.after(() => driver.close());
  await driver.connected(LIMIT);
  return driver;
}

/** One key in Redis at a time that the test says. */
class Timed {
  readonly #driver: RedisDriver;
  readonly #key = `rate-test:${randomBytes(6).toString('hex')}`;

  constructor(driver: RedisDriver) {
    this.#driver = driver;
  }

  async to(ms: number): Promise<void> {
    const [seconds, micros] = [BASE_S + Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000)];
    const words = ['MSET', `${this.#key}:s`, String(seconds), `${this.#key}:us`, String(micros)];
    await this.#driver.command(this.#key, words, LIMIT);
  }

  async ask(what: string, cost: number, rules: readonly FullRateRule[]): Promise<readonly number[]> {
    const words = [what, String(rules.length), ...ruleWords(rules), String(cost)];
    const reply = await this.#driver.evaluate(TIMED, [this.#key], words, LIMIT);
    return reply as unknown as readonly number[];
  }

  /** Puts texts where the rules have theirs. */
  async put(rules: readonly FullRateRule[], texts: readonly string[]): Promise<void> {
    const fields = rules.flatMap(({ algorithm, name }, at) => [`${algorithm}:${name}`, texts[at]!]);
    await this.#driver.command(this.#key, ['HSET', this.#key, ...fields], LIMIT);
  }

  async close(): Promise<void> {
    await this.#driver.unlink([this.#key, `${this.#key}:s`, `${this.#key}:us`], LIMIT);
  }
}

const ruleOf = (name: string): fc.Arbitrary<RateRule> =>
  fc
    .record({
      name: fc.constant(name),
      limit: fc.integer({ min: 1, max: 40 }),
      windowMs: fc.integer({ min: 1, max: 3_000 }),
      burst: fc.integer({ min: 1, max: 50 }),
      algorithm: fc.constantFrom(
        'gcra' as const,
        'sliding-counter' as const,
        'exact-log' as const,
        'fixed-window' as const,
      ),
    })
    .map(({ burst, ...rule }) => (rule.algorithm === 'gcra' ? { ...rule, burst } : rule));
const step = fc.tuple(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 16_000 })),
  fc.constantFrom('check' as const, 'check' as const, 'check' as const, 'peek' as const, 'settle' as const),
  fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 200 })),
);

const skip = URL_OF_RUN === '' && 'the run has no Redis: install redis-server or valkey-server, or set REDIS_URL';
suite('the script on a real Redis', { skip }, () => {
  test('[RATE-51] decides number for number as memory does', async (t) => {
    const driver = await open(t);
    const steps = fc.array(step, { minLength: 1, maxLength: 40 });
    const property = fc.asyncProperty(ruleOf('one'), ruleOf('two'), steps, async (one, two, script) => {
      const rules = fullRules([one, two]);
      const clock = { ...systemClock, ms: 0, now: () => clock.ms };
      const memory = new MemoryLimiter({ name: 'm', rules, maxKeys: 10, clock });
      const redis = new Timed(driver);
      let counted: { readonly inMemory: RateDecision; readonly since: number } | undefined;
      for (const [eighths, what, cost] of script) {
        clock.ms += eighths / 8; // What both clocks can say.
        await redis.to(clock.ms);
        if (what === 'settle') {
          if (counted === undefined) continue;
          const { inMemory, since } = counted;
          memory.settle('k', inMemory, cost);
          const unused = unusedOf({ ...inMemory, countedAt: since }, cost);
          const back = backOf(unused, rules.indexOf(inMemory.rule as FullRateRule));
          await redis.ask(unused.units > 0 ? back : 'add', Math.abs(unused.units), rules);
          continue;
        }
        const decision = memory[what]('k', cost);
        const { allowed, rule, remaining, retryAfterMs, resetMs } = decision;
        const [told, wait, left, reset, now] = await redis.ask(what === 'peek' ? 'look' : 'check', cost, rules);
        const expected = [allowed, rule.name, remaining, retryAfterMs, resetMs];
        const forMs = wait === -1 ? Infinity : toMs(wait!);
        assert.deepEqual([wait === 0, rules[told! - 1]!.name, left, forMs, toMs(reset!)], expected);
        if (what === 'check' && allowed) counted = { inMemory: decision, since: now! };
      }
      await redis.close();
    });
    await fc.assert(property, { numRuns: 100, ...propertySeed() });
  });

  test('[RATE-61] decides for each of several keys as if it were asked alone, one after the other', async (t) => {
    const driver = await open(t);
    const key = `rate-test:${randomBytes(6).toString('hex')}`;
    const keys = [`${key}:a`, `${key}:b`, `${key}:a`, `${key}:a`] as const;
    const rules = fullRules([
      { name: 'many', limit: 10, windowMs: 3_600_000 },
      { name: 'few', limit: 5, windowMs: 3_600_000, algorithm: 'fixed-window' },
    ]);
    const words = ['check', '2', ...ruleWords(rules), '3', '4', '3', '2'];
    const reply = (await driver.evaluate(RATE_SCRIPT, keys, words, LIMIT)) as unknown as readonly number[];
    const told = [0, 4, 8, 12].map((from) => [reply[from], reply[from + 1]! > 0, reply[from + 2]]);
    assert.deepEqual(told, [
      [2, false, 2],
      [2, false, 1],
      [2, true, 2],
      [2, false, 0],
    ]);
  });

  test('[RATE-53] a clock that steps back, or a limit that is lowered, leaves as much owed as may be', async (t) => {
    const redis = new Timed(await open(t));
    const [many] = fullRules([{ name: 'r', limit: 100, windowMs: 3_600_000 }]);
    const [few] = fullRules([{ name: 'r', limit: 10, windowMs: 1_000 }]);
    await redis.to(7_200_000);
    assert.deepEqual((await redis.ask('check', 100, [many!])).slice(1, 3), [0, 0]);
    await redis.to(0);
    const waits = async (rule: FullRateRule): Promise<number> => toMs((await redis.ask('check', 1, [rule]))[1]!);
    assert.equal(await waits(many!), 36_000);
    await redis.to(36_000);
    assert.equal(await waits(many!), 0);
    assert.equal(await waits(few!), 100);
    await redis.to(36_100);
    assert.equal(await waits(few!), 0);
    await redis.close();
  });

  test('[RATE-53] with every algorithm a clock that steps back keeps nobody for more than two windows', async (t) => {
    const driver = await open(t);
    for (const algorithm of ['gcra', 'sliding-counter', 'exact-log', 'fixed-window'] as const) {
      const redis = new Timed(driver);
      const rules = fullRules([{ name: 'r', limit: 10, windowMs: 1_000, algorithm }]);
      await redis.to(7_200_000);
      assert.equal((await redis.ask('check', 10, rules))[1], 0);
      await redis.to(0);
      assert.ok((await redis.ask('check', 1, rules))[1]! > 0, algorithm);
      await redis.to(2_000);
      assert.equal((await redis.ask('check', 10, rules))[1], 0, algorithm);
      await redis.close();
    }
  });

  test('[RATE-170] what lies in a field and is none of ours fails nothing, and keeps nobody for more than two windows', async (t) => {
    const driver = await open(t);
    const words = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('nan', '-nan', 'inf', '-inf', '1e400', '-1', '0x10', '1.5', '9'.repeat(30), '', String(BASE_S)),
      fc.integer().map(String),
    );
    const stored = fc.array(words, { maxLength: 5 }).map((each) => each.join(' '));
    const algorithm = fc.constantFrom(
      'gcra' as const,
      'sliding-counter' as const,
      'exact-log' as const,
      'fixed-window' as const,
    );
    const property = fc.asyncProperty(
      fc.array(fc.tuple(algorithm, stored), { minLength: 1, maxLength: 2 }),
      async (fields) => {
        const redis = new Timed(driver);
        const rules = fullRules(
          fields.map(([each], at) => ({ name: `r${at}`, limit: 10, windowMs: 1_000, algorithm: each })),
        );
        await redis.to(7_200_000);
        await redis.put(
          rules,
          fields.map(([, text]) => text),
        );
        for (const what of ['look', 'check', 'look']) {
          const [told, wait, remaining, reset] = await redis.ask(what, 1, rules);
          assert.ok(told! >= 1 && told! <= rules.length);
          assert.ok(wait! >= 0 && toMs(wait!) <= 2_000 && toMs(reset!) <= 2_000, `${wait} ${reset}`);
          assert.ok(remaining! >= 0 && remaining! <= 10, `${remaining}`);
        }
        await redis.to(7_202_000);
        assert.equal((await redis.ask('check', 10, rules))[1], 0);
        await redis.close();
      },
    );
    await fc.assert(property, { numRuns: 150, ...propertySeed() });
  });

  test('[RATE-170] what lies at a key and is none of ours goes, and fails no question beside it', async (t) => {
    const driver = await open(t);
    const key = `rate-test:${randomBytes(6).toString('hex')}`;
    const keys = [`${key}:a`, `${key}:b`, `${key}:c`] as const;
    for (const names of [['one'], ['one', 'two']]) {
      const rules = fullRules(names.map((name) => ({ name, limit: 5, windowMs: 3_600_000 })));
      await driver.command(key, ['SET', keys[1], 'a text']);
      const words = ['check', String(rules.length), ...ruleWords(rules), '2', '2', '2'];
      const ask = async (): Promise<unknown[]> => {
        const reply = (await driver.evaluate(RATE_SCRIPT, keys, words, LIMIT)) as unknown as readonly number[];
        return [0, 4, 8].map((from) => [reply[from + 1] === 0, reply[from + 2]]);
      };
      assert.deepEqual([await ask(), await ask()], [Array(3).fill([true, 3]), Array(3).fill([true, 1])]);
      await driver.unlink(keys, LIMIT);
    }
  });

  test('[RATE-52] lies at one key, which goes within a second of when nothing is owed', async (t) => {
    const driver = await open(t);
    const key = `rate-test:${randomBytes(6).toString('hex')}`;
    const rules = fullRules([
      { name: 'short', limit: 10, windowMs: 100 },
      { name: 'long', limit: 10, windowMs: 30_000 },
    ]);
    const ask = async (what: string, cost: number): Promise<readonly number[]> =>
      (await driver.evaluate(
        RATE_SCRIPT,
        [key],
        [what, '2', ...ruleWords(rules), String(cost)],
        LIMIT,
      )) as readonly number[];
    const left = async (): Promise<number> => (await driver.command(key, ['PTTL', key], LIMIT)) as number;
    await ask('look', 1);
    assert.equal(await left(), -2);
    const since = (await ask('check', 1)).at(-1);
    const forMs = await left();
    assert.ok(forMs > 2_900 && forMs <= 4_002, `${forMs} ms`);
    await ask(`back ${since} 0 0 0`, 1);
    assert.ok((await left()) <= 1_002);
  });

  test('[RATE-52] a key never goes while something is owed', async (t) => {
    const driver = await open(t);
    const key = `rate-test:${randomBytes(6).toString('hex')}`;
    const rules = fullRules([{ name: 'r', limit: 100, windowMs: 17_000 }]);
    for (let asked = 0; asked < 60; asked++) {
      const words = ['check', '1', ...ruleWords(rules), '1'];
      const [, , , reset] = (await driver.evaluate(RATE_SCRIPT, [key], words, LIMIT)) as unknown as readonly number[];
      const left = (await driver.command(key, ['PTTL', key], LIMIT)) as number;
      assert.ok(left > toMs(reset!) - 100 && left <= toMs(reset!) + 1_002, `${left} ms for ${toMs(reset!)} ms`);
    }
  });

  test('[RATE-72] gives back what cannot have been worked off, and nothing of what others owe', async (t) => {
    const redis = new Timed(await open(t));
    const [rule] = fullRules([{ name: 'r', limit: 100, windowMs: 1_000 }]);
    const owedMs = async (): Promise<number> => toMs((await redis.ask('look', 0, [rule!]))[3]!);
    await redis.to(0);
    const since = (await redis.ask('check', 50, [rule!])).at(-1)!;
    await redis.to(100);
    await redis.ask(`back ${since} 0 0 0`, 30, [rule!]);
    assert.equal(await owedMs(), 200);
    await redis.to(5_000);
    await redis.ask('check', 50, [rule!]);
    await redis.ask(`back ${since} 0 0 0`, 20, [rule!]);
    assert.equal(await owedMs(), 500);
    await redis.close();
  });
});
