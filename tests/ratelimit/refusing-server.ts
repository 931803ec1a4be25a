import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { startOwnRedis } from '@millrace/scripts/services';
import { createLoginGuard, createTokenCheck, type LoginGuard, type TokenCheck } from 'millrace/auth';
import { createRedisTier, createValueCodec } from 'millrace/cache';
import { createSharedRateLimiter, type SharedRateLimiter } from 'millrace/ratelimit';
import type { RedisDriver } from 'millrace/redis';
import { type Line, openLine } from '../cache/drills/admin.ts';
import { STANDALONE } from '../redis/drivers.ts';

type Server = NonNullable<Awaited<ReturnType<typeof startOwnRedis>>>;

/** Something that a server does in place of what it is asked for. */
export interface Refusal {
  readonly what: string;
  begin(line: Line, server: Server): Promise<unknown>;
  end(line: Line, server: Server): Promise<unknown>;
}

const WINDOW_MS = 600_000;
const LIMIT = 4;
/** Above the 5 ms of a limiter, as the machine is shared. */
const SOON_MS = 500;

interface Bench {
  readonly limiters: Readonly<Record<'open' | 'closed' | 'local', SharedRateLimiter>>;
  readonly tokens: TokenCheck<{ readonly token: string }>;
  readonly guards: Readonly<Record<'local' | 'closed', LoginGuard>>;
}

function openBench(t: TestContext, driver: RedisDriver, name: string): Bench {
  const limiterOf = (whenAway: 'open' | 'closed' | 'local'): SharedRateLimiter =>
    createSharedRateLimiter({
      name: `${name}.${whenAway}`,
      driver,
      rules: [{ name: 'r', limit: LIMIT, windowMs: WINDOW_MS, whenAway }],
      localShare: 0.5,
      timeoutMs: 50,
    });
  const guardOf = (whenAway: 'local' | 'closed'): LoginGuard =>
    createLoginGuard({ name: `${name}.${whenAway}`, secrets: ['s'.repeat(32)], driver, whenAway, localShare: 0.5 });
  const tokens = createTokenCheck({
    name,
    verify: (token) => ({ sub: 'ada', exp: 4_000_000_000, token }),
    loadIdentity: async ({ token }) => ({ token }),
    shared: createRedisTier({ driver, codec: createValueCodec(), timeoutMs: 100 }),
    pepper: randomBytes(32).toString('hex'),
  });
  t.after(() => tokens.close());
  return {
    limiters: { open: limiterOf('open'), closed: limiterOf('closed'), local: limiterOf('local') },
    tokens,
    guards: { local: guardOf('local'), closed: guardOf('closed') },
  };
}

/** How many of ten questions about one key pass. */
async function passing(limiter: SharedRateLimiter, key: string): Promise<number> {
  let passed = 0;
  for (let asked = 0; asked < 10; asked++) if ((await limiter.check(key)).allowed) passed++;
  return passed;
}

async function passingGuesses(guard: LoginGuard, account: string): Promise<number> {
  let passed = 0;
  for (let each = 0; each < 10; each++) if ((await guard.begin({ account, network: 'n' })).allowed) passed++;
  return passed;
}

async function isUsed({ limiters, tokens }: Bench): Promise<boolean> {
  for (const limiter of Object.values(limiters)) if ((await limiter.check(randomKey())).by !== 'redis') return false;
  return tokens.stats().shared === 'used';
}

function randomKey(): string {
  return randomBytes(6).toString('hex');
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, what);
    await sleep(20);
  }
}

/** While the server refuses: every rule does as it says and at once, identities are loaded, and then all is as before. */
export async function judgeRefusal(t: TestContext, server: Server, { what, begin, end }: Refusal): Promise<void> {
  await using line = await openLine(server.url);
  const driver = STANDALONE.ioredis!(server.url);
  t.after(() => driver.close());
  await driver.connected({ timeoutMs: 5_000 });
  const bench = openBench(t, driver, `test-${randomKey()}`);
  const { limiters, tokens, guards } = bench;
  await until(() => isUsed(bench), 'it was never used');
  assert.equal(await passing(limiters.closed, 'before'), LIMIT);
  await tokens.check('kept');
  await begin(line, server);
  try {
    await until(async () => (await limiters.open.check(randomKey())).by === 'local', `${what}: Redis answered`);
    const began = performance.now();
    const passed = [
      await passing(limiters.open, 'k'),
      await passing(limiters.closed, 'k'),
      await passing(limiters.local, 'k'),
      await passing(limiters.closed, 'before'),
    ];
    assert.deepEqual(passed, [10, 0, LIMIT / 2, 0], what);
    assert.deepEqual([await passingGuesses(guards.closed, 'a'), await passingGuesses(guards.local, 'a')], [0, 2], what);
    for (const token of ['kept', 'new']) assert.deepEqual(await tokens.check(token), { token }, what);
    const tookMs = performance.now() - began;
    assert.ok(tookMs < 10 * SOON_MS, `${what}: ${tookMs} ms`);
    const said = inspect(Object.values(limiters).map((limiter) => limiter.stats()));
    assert.ok(!said.includes(new URL(server.url).password), said);
  } finally {
    await end(line, server);
  }
  await until(() => isUsed(bench), `${what}: it was never used again`);
  assert.equal(await passing(limiters.closed, randomKey()), LIMIT, what);
}
