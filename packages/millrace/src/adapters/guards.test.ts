import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createRateLimiter, defineExemptions } from '../ratelimit/index.ts';
import { SERVICES, type User } from './guards.test.model.ts';
import { as, openService } from './guards-open.test.model.ts';
import { authenticate, limitRate } from './web.ts';

const exemptions = defineExemptions({ keys: ['exempt'.repeat(6)] });

/** Credentials that let nobody in, and the challenge that answers them. */
const REFUSED: readonly (readonly [authorization: string | undefined, challenge: string])[] = [
  [undefined, 'Bearer realm="api"'],
  ['Basic YWRhOmFkYQ==', 'Bearer realm="api"'],
  ['Bearer', 'Bearer realm="api", error="invalid_token"'],
  ['Bearer good-ada good-bob', 'Bearer realm="api", error="invalid_token"'],
  ['Bearer forged', 'Bearer realm="api", error="invalid_token"'],
  [`Bearer good-${'a'.repeat(9_000)}`, 'Bearer realm="api", error="invalid_token"'],
  ['Bearerish good-ada', 'Bearer realm="api"'],
];

for (const [name, serve] of Object.entries(SERVICES)) {
  suite(name, () => {
    test('[ADAPTER-10] a good token comes to the handler as its user, in either case of the scheme', async (t) => {
      const service = await openService(t, serve, { key: () => undefined });
      for (const authorization of ['Bearer good-ada', 'bearer good-ada', 'BEARER  good-ada']) {
        const answer = await service.ask('/me', { authorization });
        assert.deepEqual([answer.status, await answer.json()], [200, { id: 'ada' }]);
      }
    });

    test('[ADAPTER-10] nobody else gets in, and is told why by a problem document and a challenge', async (t) => {
      const service = await openService(t, serve);
      for (const [authorization, challenge] of REFUSED) {
        const answer = await service.ask('/me', authorization === undefined ? {} : { authorization });
        const what = String(authorization).slice(0, 40);
        assert.equal(answer.status, 401, what);
        assert.equal(answer.headers.get('www-authenticate'), challenge, what);
        assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
        const problem = (await answer.json()) as { status: number; detail: string };
        assert.equal(problem.status, 401);
        assert.ok(!problem.detail.includes('good-'), what);
      }
    });

    test('[ADAPTER-11] what is no fault of the caller is none: 503 with a time, or the service’s own error', async (t) => {
      const service = await openService(t, serve);
      const later = await service.ask('/me', { authorization: 'Bearer later' });
      assert.deepEqual([later.status, later.headers.get('retry-after')], [503, '1']);
      assert.equal(((await later.json()) as { code: string }).code, 'MILLRACE_AUTH_KEYS_UNAVAILABLE');
      assert.equal((await service.ask('/me', as('broken'))).status, 500);
    });

    test('[ADAPTER-11] whatever a guard throws, the handler is not reached', async (t) => {
      for (const thrown of [undefined, null, '', 'route', 'router', 0]) {
        const key = (): never => {
          throw thrown;
        };
        const shedder = { admit: key };
        for (const guards of [{ key }, { shedder }, { deadlineMs: key }]) {
          let handled = 0;
          const service = await openService(t, serve, { ...guards, onHandled: () => handled++ });
          assert.equal((await service.ask('/me', as('ada'))).status, 500, String(thrown));
          assert.equal(handled, 0);
        }
      }
    });

    test('[ADAPTER-12] users who ask at one moment are never taken for each other, nor given each other’s answers', async (t) => {
      const service = await openService(t, serve, { key: () => undefined });
      for (const path of ['/me', '/cached/me', '/cached/me']) {
        const names = Array.from({ length: 40 }, (_, each) => `user-${each % 8}`);
        const answers = await Promise.all(names.map((each) => service.ask(path, as(each))));
        for (const [at, answer] of answers.entries()) assert.deepEqual(await answer.json(), { id: names[at] });
      }
    });

    test('[ADAPTER-13] what is over a limit is told so, what passes how it stands, and others are not touched', async (t) => {
      const service = await openService(t, serve);
      for (const left of [2, 1, 0]) {
        const answer = await service.ask('/me', as('ada'));
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('ratelimit-policy'), '"minute";q=3;w=60');
        assert.match(answer.headers.get('ratelimit') ?? '', new RegExp(`^"minute";r=${left};t=\\d+$`));
      }
      const denied = await service.ask('/me', as('ada'));
      assert.deepEqual([denied.status, denied.headers.get('retry-after')], [429, '20']);
      assert.match(denied.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.equal((await service.ask('/me', as('bob'))).status, 200);
    });

    test('[ADAPTER-23] of limits one behind the other an answer tells all, the outer first, and of headers for one the inner', async (t) => {
      for (const style of ['draft', 'both'] as const) {
        const rules = [{ name: 'all', limit: 100, windowMs: 60_000 }];
        const before = { limiter: createRateLimiter({ name: 'all', rules }), style };
        const service = await openService(t, serve, { before });
        for (const [each, left] of [2, 1, 0, 0].entries()) {
          const { status, headers } = await service.ask('/me', as('ada'));
          assert.equal(status, each < 3 ? 200 : 429);
          assert.equal(headers.get('ratelimit-policy'), '"all";q=100;w=60, "minute";q=3;w=60');
          const told = new RegExp(`^"all";r=${99 - each};t=\\d+, "minute";r=${left};t=\\d+$`);
          assert.match(headers.get('ratelimit') ?? '', told);
          assert.equal(headers.get('x-ratelimit-limit'), style === 'both' ? '3' : null);
        }
      }
    });

    test('[ADAPTER-14] by default the network counts, and no header chooses another', async (t) => {
      const service = await openService(t, serve, { key: undefined });
      const spoofed = ['1.1.1.1', '2.2.2.2, 3.3.3.3', '::ffff:4.4.4.4', 'garbage'];
      const statuses: number[] = [];
      for (const each of spoofed) {
        const headers = {
          ...as(`user ${each.length}`.replace(' ', '-')),
          'x-forwarded-for': each,
          forwarded: `for=${each}`,
        };
        statuses.push((await service.ask('/me', headers)).status);
      }
      assert.deepEqual(statuses, [200, 200, 200, 429]);
    });

    test('[ADAPTER-15] a signed exemption lets through, another text does not, and what has no key is not limited', async (t) => {
      const key = (path: string): string | undefined => (path === '/cached/me' ? undefined : 'everybody');
      const service = await openService(t, serve, { exemptions, key });
      const text = exemptions.issue('a test', { lifeMs: 60_000, limiters: ['api'] });
      const ask = async (path: string, exemption: string): Promise<number> =>
        (await service.ask(path, { ...as('ada'), 'millrace-exemption': exemption })).status;
      for (let each = 0; each < 6; each++) assert.equal(await ask('/me', text), 200);
      const forged = [];
      for (let each = 0; each < 4; each++) forged.push(await ask('/me', `${text}x`));
      assert.deepEqual(forged, [200, 200, 200, 429]);
      assert.equal(await ask('/cached/me', ''), 200);
    });

    test('[ADAPTER-16] an answer that failed gives back what it cost, where that is asked for', async (t) => {
      const service = await openService(t, serve);
      for (let each = 0; each < 6; each++) {
        assert.equal((await service.ask('/fail', as('ada'))).status, 500);
        await new Promise((done) => setTimeout(done, 5)); // The connection closes a moment later.
      }
      assert.equal((await service.ask('/me', as('ada'))).status, 200);
    });

    test('[ADAPTER-17] what there is no room for is told when to come again, before anything else; health checks pass', async (t) => {
      const shedder = { admit: () => ({ admitted: false, retryAfterMs: 2_400 }) };
      const service = await openService(t, serve, { shedder });
      const answer = await service.ask('/me');
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '3']);
      assert.equal((await service.ask('/health')).status, 200);
    });
  });
}

test('[ADAPTER-14] a web request that says nothing of where it comes from is not limited as everybody', () => {
  const limiter = createRateLimiter({ name: 'web' });
  assert.throws(() => limitRate({ limiter }), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
});

test('[ADAPTER-10] tokens are judged by the scope that is named', async () => {
  const scopes: unknown[] = [];
  const tokens = {
    check: (...[, , scope]: unknown[]): User => {
      scopes.push(scope);
      return { id: 'ada' };
    },
  };
  const request = new Request('http://service/', { headers: as('ada') });
  await authenticate({ tokens, scope: 'admin' })(request, () => new Response());
  assert.deepEqual(scopes, ['admin']);
});
