import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { defaultValue } from './config-value.ts';
import type { Environment } from './read-config.ts';
import { readServiceConfig, type ServiceConfig, serviceConfig } from './service-config.ts';

const JWT_SECRET_KEY = 'a secret of the tests, long enough for HS256';

function read(env: Environment): ServiceConfig {
  return readServiceConfig({ JWT_SECRET_KEY, ...env });
}

test('[CONFIG-9] without any variable the defaults are those of the contract', () => {
  assert.deepEqual(read({}), {
    databaseUrl: undefined,
    poolSize: 10,
    poolOverflow: 20,
    poolAcquireTimeoutMs: 5_000,
    poolMaxLifetimeMs: 3_600_000,
    redisUrl: undefined,
    cacheMaxEntries: 1_000,
    cacheTtlMs: 60_000,
    upstreamMaxIdleConnections: 50,
    upstreamMaxConnections: 200,
    upstreamIdleTimeoutMs: 60_000,
    tokenSecret: JWT_SECRET_KEY,
    tokenTtlMs: 86_400_000,
    serviceName: 'millrace-service',
    serviceVersion: '0.0.0',
    port: 3_000,
    host: '127.0.0.1',
    logLevel: 'info',
  });
  assert.ok(Object.isFrozen(read({})));
});

test('[CONFIG-9] values as the origin systems wrote them work as they meant them', () => {
  const config = read({
    DATABASE_URL: 'postgresql+asyncpg://trader:pw@db:5432/trading',
    DB_POOL_SIZE: '20',
    DB_POOL_TIMEOUT: '30',
    CACHE_DEFAULT_TTL: '300',
    HTTP_KEEPALIVE_EXPIRY: '5.0',
    JWT_TOKEN_EXPIRE_MINUTES: '30',
    LOG_LEVEL: 'WARNING',
    HOST: '0.0.0.0',
    PORT: '8000',
  });
  assert.equal(config.databaseUrl, 'postgresql://trader:pw@db:5432/trading');
  assert.equal(config.poolSize, 20);
  assert.equal(config.poolAcquireTimeoutMs, 30_000);
  assert.equal(config.cacheTtlMs, 300_000);
  assert.equal(config.upstreamIdleTimeoutMs, 5_000);
  assert.equal(config.tokenTtlMs, 1_800_000);
  assert.equal(config.logLevel, 'warn');
  assert.equal(config.host, '0.0.0.0');
  assert.equal(config.port, 8_000);
});

test('[CONFIG-9] the secret goes by either name and has at least 256 bits', () => {
  assert.equal(readServiceConfig({ JWT_SECRET: JWT_SECRET_KEY }).tokenSecret, JWT_SECRET_KEY);
  assert.throws(() => readServiceConfig({ JWT_SECRET: 'x'.repeat(31) }), /JWT_SECRET is \*\*\* \(31 characters\)/);
  assert.throws(() => read({ JWT_SECRET: `${JWT_SECRET_KEY}!` }), /JWT_SECRET_KEY and JWT_SECRET differ/);
  assert.throws(() => readServiceConfig({ NODE_ENV: 'production' }), { code: 'MILLRACE_CONFIG_INVALID' });
});

test('[CONFIG-9] every default is one that its own row allows, and no variable stands in two rows', () => {
  const variables = Object.values(serviceConfig.rows).flatMap((row) => [...row.env]);
  assert.equal(new Set(variables).size, variables.length);
  for (const [option, row] of Object.entries(serviceConfig.rows)) {
    if ('default' in row) assert.notEqual(defaultValue(row), undefined, option);
  }
});

test('[CONFIG-10] host, port, password and database make one URL', () => {
  const cases: [Environment, string | undefined][] = [
    [{}, undefined],
    [{ REDIS_HOST: 'cache' }, 'redis://cache:6379/0'],
    [{ REDIS_HOST: 'cache', REDIS_PORT: '6380', REDIS_DB: '2' }, 'redis://cache:6380/2'],
    [{ REDIS_HOST: 'cache', REDIS_PASSWORD: 'p@ss/word' }, 'redis://:p%40ss%2Fword@cache:6379/0'],
    [{ REDIS_HOST: '::1' }, 'redis://[::1]:6379/0'],
    [{ REDIS_HOST: '[::1]' }, 'redis://[::1]:6379/0'],
    [{ REDIS_URL: 'rediss://cache/1' }, 'rediss://cache/1'],
  ];
  for (const [env, url] of cases) assert.equal(read(env).redisUrl, url, JSON.stringify(env));
});

test('[CONFIG-10] a URL and parts that agree are accepted, the URL counts', () => {
  const parts = { REDIS_HOST: 'cache', REDIS_PORT: '6380', REDIS_PASSWORD: 'p@ss%', REDIS_DB: '3' };
  const REDIS_URL = 'redis://:p%40ss%25@cache:6380/3';
  for (const name of ['', ...Object.keys(parts)]) {
    const env = { REDIS_URL, ...parts, [name]: undefined };
    assert.equal(read(env).redisUrl, REDIS_URL, name);
  }
  assert.equal(
    read({ REDIS_URL: 'redis://[::1]', REDIS_HOST: '::1', REDIS_PORT: '6379', REDIS_DB: '0' }).redisUrl,
    'redis://[::1]',
  );
  assert.equal(read({ REDIS_URL: 'redis://:%zz@cache', REDIS_PASSWORD: '%zz' }).redisUrl, 'redis://:%zz@cache');
});

test('[CONFIG-10] each part that contradicts the URL is refused with its name, the password without its value', () => {
  const REDIS_URL = 'redis://:hidden-1@cache:6380/3';
  const wrong = { REDIS_HOST: 'other', REDIS_PORT: '6379', REDIS_PASSWORD: 'hidden-2', REDIS_DB: '0' };
  for (const [name, value] of Object.entries(wrong)) {
    const refused = new RegExp(`configuration refused: ${name} contradicts REDIS_URL`);
    assert.throws(() => read({ REDIS_URL, [name]: value }), refused);
  }
  assert.throws(
    () => read({ REDIS_URL, ...wrong }),
    (error: Error) => error.message.split('\n').length === 4 && !error.message.includes('hidden'),
  );
  assert.throws(
    () => read({ REDIS_URL: 'redis://cache', REDIS_PASSWORD: 'x' }),
    /REDIS_PASSWORD contradicts REDIS_URL/,
  );
});

test('[CONFIG-10] parts without a host are refused', () => {
  assert.throws(() => read({ REDIS_PORT: '6380' }), /REDIS_PORT is set without a host; .*set REDIS_HOST/);
});

test('[CONFIG-10] what the parts say is found again in the URL they make', () => {
  const property = fc.property(
    fc.domain(),
    fc.integer({ min: 1, max: 65_535 }),
    fc.string({ minLength: 1 }),
    fc.nat(15),
    (host, port, password, db) => {
      const parts = { REDIS_HOST: host, REDIS_PORT: `${port}`, REDIS_PASSWORD: password, REDIS_DB: `${db}` };
      const { redisUrl } = read(parts);
      assert.equal(read({ ...parts, REDIS_URL: redisUrl }).redisUrl, redisUrl);
    },
  );
  fc.assert(property, { ...propertySeed() });
});
