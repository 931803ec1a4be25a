import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  createLeasedRateLimiter,
  createRateLimiter,
  createSharedRateLimiter,
  type RateLimiter,
  type SharedRateLimiterOptions,
} from '../ratelimit/index.ts';
import { type GuardedService, SERVICES, type Serve, type User } from './guards.test.model.ts';
import { as, openService } from './guards-open.test.model.ts';
import { sendRaw, writeRaw } from './raw-request.test.model.ts';

const INVALID = 'Bearer realm="api", error="invalid_token"';
const SEVERAL = 'Bearer realm="api", error="invalid_request"';
const PLAIN = 'Bearer realm="api"';

/** Header lines, the status, and the challenge. */
const CREDENTIALS: readonly (readonly [lines: readonly string[], status: number, challenge?: string])[] = [
  [['authorization: Bearer good-ada', 'authorization: Bearer good-bob'], 400, SEVERAL],
  [['authorization: Bearer good-ada', 'Authorization: Bearer good-ada'], 400, SEVERAL],
  [['authorization: Bearer good-ada', 'AUTHORIZATION: Basic YWRhOmFkYQ=='], 400, SEVERAL],
  [['authorization: Basic YWRhOmFkYQ==', 'authorization: Bearer good-ada'], 400, SEVERAL],
  [['authorization:', 'authorization: Bearer good-ada'], 400, SEVERAL],
  [['authorization: Bearer good-ada', 'authorization:'], 400, SEVERAL],
  [['authorization: Bearer good-ada, Bearer good-bob'], 400, SEVERAL],
  [['authorization: Bearer good-ada,'], 400, SEVERAL],
  [['authorization: Basic YWRhOmFkYQ==', 'authorization: Basic Ym9iOmJvYg=='], 401, PLAIN],
  [['authorization: Digest username="ada", realm="api"'], 401, PLAIN],
  [['authorization:'], 401, PLAIN],
  [['authorization: Bearer\tgood-ada'], 401, INVALID],
  [['authorization: Bearer\u00a0good-ada'], 401, INVALID],
  [['authorization: Bearer good-ada good-bob'], 401, INVALID],
  [['authorization: \t Bearer    good-ada \t '], 200],
];

/** Asks, and hangs up before the answer; resolves when the service knows. */
async function hangUp(service: GuardedService, isReached: () => boolean): Promise<void> {
  const socket = await writeRaw(service.port, ['GET /me HTTP/1.1', 'authorization: Bearer good-ada']);
  while (!isReached()) await turn();
  socket.destroy();
  while (service.left() === 0) await turn();
}

/** What goes on by itself has done so when another request has been answered. */
async function settle(service: GuardedService): Promise<void> {
  assert.equal((await service.ask('/health')).status, 200);
  for (let each = 0; each < 5; each++) await turn();
}

/** A limiter that counts what it is asked, and what it gives back. */
function watched(check: RateLimiter['check']): RateLimiter & { asked: number; refunded: number } {
  const limiter = createRateLimiter();
  return Object.assign(limiter, {
    asked: 0,
    refunded: 0,
    check(this: { asked: number }, ...given: Parameters<RateLimiter['check']>) {
      this.asked++;
      return check(...given);
    },
    refund(this: { refunded: number }) {
      this.refunded++;
    },
  });
}

type WhenAway = 'open' | 'closed' | 'local';

/** Of a limit as low as this one a leased limiter too asks for every unit. */
function openAway(t: TestContext, serve: Serve, whenAway: WhenAway, isLeased: boolean): Promise<GuardedService> {
  const silent = { ready: true, clustered: false, evaluate: () => new Promise(() => {}) };
  const rules = [{ name: 'minute', limit: 3, windowMs: 60_000, whenAway }];
  const driver = silent as unknown as SharedRateLimiterOptions['driver'];
  const create = isLeased ? createLeasedRateLimiter : createSharedRateLimiter;
  return openService(t, serve, { limiter: create({ driver, rules, localShare: 1 / 3 }) });
}

for (const [name, serve] of Object.entries(SERVICES)) {
  suite(name, () => {
    test('[ADAPTER-18] credentials are read alike, and several of them are one request too many', async (t) => {
      const service = await openService(t, serve, { key: () => undefined });
      for (const [lines, status, challenge] of CREDENTIALS) {
        const answer = await sendRaw(service.port, 'GET /me HTTP/1.1', ...lines);
        const what = JSON.stringify(lines);
        assert.equal(answer.status, status, what);
        assert.equal(/^www-authenticate: (.*)$/im.exec(answer.head)?.[1]?.trim(), challenge, what);
        if (status !== 200) assert.doesNotMatch(answer.body, /good-|YWRh/, what);
      }
    });

    test('[ADAPTER-19] what reaches a limit counts, whatever its method and its path, and what does not reach it does not', async (t) => {
      const service = await openService(t, serve);
      for (let each = 0; each < 4; each++) {
        assert.equal((await service.ask('/me')).status, 401);
        assert.equal((await service.ask('/health')).status, 200);
      }
      const statuses = [];
      for (const [method, path] of [
        ['HEAD', '/me'],
        ['OPTIONS', '/me'],
        ['GET', '/nowhere'],
      ] as const) {
        const answer = await service.ask(path, as('ada'), method);
        assert.match(answer.headers.get('ratelimit') ?? '', new RegExp(`^"minute";r=${2 - statuses.length};`), method);
        statuses.push(answer.status);
      }
      assert.deepEqual([statuses[0], statuses[2]], [200, 404]);
      assert.notEqual(statuses[1], 429);
      for (const ask of ['HEAD /me', 'OPTIONS /me', 'GET /nowhere']) {
        const { status, head, body } = await sendRaw(service.port, `${ask} HTTP/1.1`, 'authorization: Bearer good-ada');
        assert.deepEqual(
          [status, /^retry-after: 20\r?$/im.test(head), body === ''],
          [429, true, ask.startsWith('HEAD')],
        );
      }
      const head = await sendRaw(service.port, 'HEAD /me HTTP/1.1');
      assert.deepEqual([head.status, head.body], [401, '']);
    });

    test('[ADAPTER-20] who hangs up while it is found out who asks is asked nothing more', async (t) => {
      const known = Promise.withResolvers<User>();
      let [checks, handled] = [0, 0];
      const check = (): Promise<User> => {
        checks++;
        return known.promise;
      };
      const limiter = watched(() => assert.fail('it is counted'));
      const service = await openService(t, serve, { tokens: { check }, limiter, onHandled: () => void handled++ });
      await hangUp(service, () => checks > 0);
      known.resolve({ id: 'ada' });
      await settle(service);
      assert.deepEqual([checks, limiter.asked, handled], [1, 0, 0]);
    });

    test('[ADAPTER-20] who hangs up while it is counted is counted, and the handler is not asked', async (t) => {
      const decided = Promise.withResolvers<never>();
      let handled = 0;
      const limiter = watched(() => decided.promise as never);
      const service = await openService(t, serve, { limiter, onHandled: () => void handled++ });
      await hangUp(service, () => limiter.asked > 0);
      decided.resolve(createRateLimiter().check('ada') as never);
      await settle(service);
      assert.deepEqual([limiter.asked, limiter.refunded, handled], [1, 0, 0]);
    });

    test('[ADAPTER-20] who hangs up before the handler fails gets nothing back', async (t) => {
      const handling = Promise.withResolvers<void>();
      let handled = 0;
      const onHandled = (): Promise<void> => {
        handled++;
        return handling.promise;
      };
      const limiter = watched((key) => createRateLimiter().check(key));
      const service = await openService(t, serve, { limiter, onHandled });
      await hangUp(service, () => handled > 0);
      handling.reject(new Error('broken'));
      await settle(service);
      assert.deepEqual([limiter.asked, limiter.refunded], [1, 0]);
    });

    test('[ADAPTER-21] while Redis gives no answer each rule says what passes, in time', async (t) => {
      for (const [whenAway, expected, isLeased] of [
        ['local', [200, 429, 429], false],
        ['open', [200, 200, 200], false],
        ['closed', [429, 429, 429], false],
        ['local', [200, 429, 429], true],
      ] as const) {
        const service = await openAway(t, serve, whenAway, isLeased);
        const statuses = [];
        for (let each = 0; each < 3; each++) {
          const answer = await service.ask('/me', as('ada'));
          statuses.push(answer.status);
          if (answer.status === 429) assert.ok(Number(answer.headers.get('retry-after')) > 0, whenAway);
        }
        assert.deepEqual(statuses, expected, whenAway);
      }
    });
  });
}
