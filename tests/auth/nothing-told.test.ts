import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { startOwnRedis } from '@millrace/scripts/services';
import { createClient, type RedisClientType } from '@redis/client';
import { createLoginGuard, createTokenCheck, defineOpaqueTokens } from 'millrace/auth';
import { createRedisTier, createValueCodec } from 'millrace/cache';
import { createSharedRateLimiter } from 'millrace/ratelimit';
import { STANDALONE } from '../redis/drivers.ts';

/** All that a server is told, as its MONITOR says it; and how to wait until it has said everything. */
async function overhear(url: string): Promise<{ readonly said: string[]; all(): Promise<void>; end(): void }> {
  const said: string[] = [];
  const [ear, voice] = [1, 2].map(() =>
    createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => {}),
  ) as [RedisClientType, RedisClientType];
  await Promise.all([ear.connect(), voice.connect()]);
  await ear.monitor((line) => said.push(String(line)));
  return {
    said,
    async all() {
      const last = randomBytes(8).toString('hex');
      await voice.echo(last);
      for (const end = performance.now() + 5_000; !said.some((line) => line.includes(last)); ) {
        assert.ok(performance.now() < end, 'MONITOR says nothing');
        await new Promise((turn) => setTimeout(turn, 5));
      }
    },
    end() {
      ear.destroy();
      voice.destroy();
    },
  };
}

test('[AUTH-147] whoever hears all that Redis is told hears no token, no API key, no device and no name', async (t) => {
  const server = await startOwnRedis();
  if (server === undefined) return t.skip('no redis-server or valkey-server on the PATH');
  t.after(() => server.close());
  const driver = STANDALONE.ioredis!(server.url);
  t.after(() => driver.close());
  await driver.connected({ timeoutMs: 5_000 });
  const { said, all, end } = await overhear(server.url);
  t.after(end);

  const [pepper, secret] = [1, 2].map(() => randomBytes(32).toString('hex')) as [string, string];
  const apiKeys = defineOpaqueTokens({ prefix: 'acme', peppers: [pepper] });
  const key = apiKeys.issue();
  const session = `${randomBytes(40).toString('base64url')}.${randomBytes(40).toString('base64url')}.x`;
  const tokens = createTokenCheck({
    verify: (token) => ({ sub: 'user-7', exp: 4_000_000_000, token }),
    loadIdentity: async () => ({ rights: ['read'] }),
    shared: createRedisTier({ driver, codec: createValueCodec() }),
    pepper,
  });
  t.after(() => tokens.close());
  while (tokens.stats().shared !== 'used') await new Promise((turn) => setTimeout(turn, 5));
  for (const token of [session, key.token]) await tokens.check(token);
  const guard = createLoginGuard({ secrets: [secret], driver });
  const request = { account: 'ada@home.example', network: '198.51.100.77' };
  const device = await (await guard.begin(request)).succeeded();
  for (let each = 0; each < 12; each++) (await guard.begin({ ...request, device })).failed();
  const limiter = createSharedRateLimiter({
    name: 'api',
    driver,
    bans: true,
    rules: [{ name: 'r', limit: 2, windowMs: 60_000 }],
  });
  for (let each = 0; each < 4; each++) await limiter.check(['key', apiKeys.hashesOf(key.token)[0]!]);
  await limiter.ban(['key', key.hash], 1_000);
  await tokens.revoke(session);
  await tokens.revokeSubject('user-7', { except: key.token });
  await all();

  const text = said.join('\n');
  for (const heard of ['auth.token', 'rate:api', 'rate:login', 'PUBLISH'])
    assert.ok(text.includes(heard), `${heard} was not heard`);
  const secrets = [pepper, secret, session, key.token, device, request.account, request.network];
  const parts = secrets.concat(session.split('.'), device.split('.').slice(2), key.token.slice(5, 40));
  const digests = [session, key.token, `${key.token.slice(5)}`, request.account].flatMap((each) =>
    ['sha1', 'sha256', 'sha512', 'md5'].flatMap((name) =>
      (['hex', 'base64', 'base64url'] as const).map((encoding) => createHash(name).update(each).digest(encoding)),
    ),
  );
  for (const part of [...parts, ...digests]) if (part.length > 5) assert.ok(!text.includes(part.slice(0, 43)), part);
});
