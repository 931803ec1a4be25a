import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { AUTH_ERRORS, createTokenCheck } from '../auth/index.ts';
import { createRateLimiter, createSharedRateLimiter, defineClientNetwork } from '../ratelimit/index.ts';
import { createFakeClock } from '../testing/index.ts';
import type { RefusalOptions } from './guard/refusals.ts';
import { type GuardedService, SERVICES, type Serve, type User } from './guards.test.model.ts';
import { openService } from './guards-open.test.model.ts';
import { authenticate } from './web.ts';

const EXP = Math.floor(Date.now() / 1_000) + 3_600;
const RULES = [{ name: 'forged', limit: 3, windowMs: 60_000 }];
/** Tests say where they come from as a proxy does. */
const network = defineClientNetwork({ trustedProxies: ['127.0.0.1'] });

/** A service that takes three bad tokens a minute and network. */
interface Trial {
  readonly clock: ReturnType<typeof createFakeClock>;
  /** The tokens that were looked at. */
  readonly looked: string[];
  readonly service: GuardedService;
  /** The status of an answer to a token. */
  ask(token: string, from?: string): Promise<number>;
}

async function start(t: TestContext, serve: Serve, refusals: Partial<RefusalOptions> = {}): Promise<Trial> {
  const clock = createFakeClock();
  const looked: string[] = [];
  const tokens = createTokenCheck<{ sub: string; exp: number }, User>({
    verify(token) {
      looked.push(token);
      if (token.startsWith('expired')) throw AUTH_ERRORS.create('MILLRACE_AUTH_TOKEN_EXPIRED');
      if (!token.startsWith('good-')) throw new Error('bad signature');
      return { sub: token.slice(5), exp: EXP };
    },
    loadIdentity: async ({ sub }) => (sub === 'nobody' ? undefined : { id: sub }),
  });
  const limiter = createRateLimiter({ name: 'forged', rules: RULES, clock });
  const service = await openService(t, serve, {
    tokens,
    refusals: { limiter, network, ...refusals },
    key: () => undefined,
  });
  const ask = async (token: string, from = '192.0.2.1'): Promise<number> =>
    (await service.ask('/me', { authorization: `Bearer ${token}`, 'x-forwarded-for': from })).status;
  return { clock, looked, service, ask };
}

for (const [name, serve] of Object.entries(SERVICES)) {
  suite(name, () => {
    test('[ADAPTER-22] a network that has sent its share of bad tokens has none looked at, and others do', async (t) => {
      const { clock, looked, service, ask } = await start(t, serve);
      for (const token of ['a', 'b', 'c']) assert.equal(await ask(token), 401);
      const headers = { authorization: 'Bearer d', 'x-forwarded-for': '192.0.2.1' };
      const late = await service.ask('/me', headers);
      assert.deepEqual([late.status, late.headers.get('retry-after')], [429, '20']);
      assert.match(late.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.deepEqual(looked, ['a', 'b', 'c']);
      assert.deepEqual([await ask('e', '192.0.2.2'), await ask('good-bob', '192.0.2.2')], [401, 200]);
      await clock.advance(20_000);
      assert.deepEqual([await ask('f'), await ask('g')], [401, 429]);
    });

    test('[ADAPTER-22] whoever is known is let in whatever others of his network send, and who is not waits no longer than said', async (t) => {
      const { clock, ask } = await start(t, serve);
      assert.equal(await ask('good-ada'), 200);
      for (let each = 0; each < 10; each++) await ask(`forged-${each}`);
      assert.deepEqual([await ask('good-ada'), await ask('good-bob')], [200, 429]);
      await clock.advance(20_000);
      assert.deepEqual([await ask('good-bob'), await ask('good-eve'), await ask('forged')], [200, 200, 401]);
      assert.deepEqual([await ask('good-bob'), await ask('good-dan')], [200, 429]);
    });

    test('[ADAPTER-22] what was issued once, and what is no token, is no guess; a token of nobody is', async (t) => {
      const { service, ask } = await start(t, serve);
      for (let each = 0; each < 5; each++) {
        assert.equal(await ask(`expired-${each}`), 401);
        assert.equal((await service.ask('/me', { 'x-forwarded-for': '192.0.2.1' })).status, 401);
        assert.equal(await ask('two words'), 401);
      }
      for (let each = 0; each < 3; each++) assert.equal(await ask('good-nobody'), 401);
      assert.equal(await ask('good-nobody'), 429);
    });

    test('[ADAPTER-22] a limit that is shared through a Redis that is away is kept as its rule says', async (t) => {
      const driver = { ready: false, clustered: false } as never;
      const limiter = createSharedRateLimiter({ driver, rules: [{ ...RULES[0]!, whenAway: 'local' }] });
      const { ask } = await start(t, serve, { limiter });
      assert.deepEqual([await ask('a'), await ask('b'), await ask('c'), await ask('d')], [401, 401, 401, 429]);
    });
  });
}

test('[ADAPTER-22] a web request that says nothing of where it comes from has no network to limit', () => {
  const tokens = { check: (): User => ({ id: 'ada' }) };
  const limiter = createRateLimiter();
  assert.throws(() => authenticate({ tokens, refusals: { limiter } }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  authenticate({ tokens, refusals: { limiter } }, () => '192.0.2.1');
});
