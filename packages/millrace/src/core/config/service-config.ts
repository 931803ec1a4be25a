import { type Config, type ConfigTable, defineConfig } from './config-row.ts';
import { type Environment, type ReadConfigOptions, readConfig } from './read-config.ts';
import { redisContradictions, redisUrlOf } from './redis-address.ts';

const ROWS = {
  databaseUrl: {
    env: ['DATABASE_URL'],
    kind: 'url',
    protocols: ['postgres:', 'postgresql:'],
    spellings: { 'postgresql+asyncpg:': 'postgresql:', 'postgresql+psycopg:': 'postgresql:' },
    example: 'postgres://user:password@127.0.0.1:5432/app',
    meaning: 'the Postgres database; unset: whoever starts the service brings one',
  },
  poolSize: {
    env: ['DB_POOL_SIZE'],
    kind: 'int',
    unit: 'connections',
    min: 1,
    max: 1_000,
    default: 10,
    meaning: 'database connections kept open',
  },
  poolOverflow: {
    env: ['DB_MAX_OVERFLOW'],
    kind: 'int',
    unit: 'connections',
    min: 0,
    max: 1_000,
    default: 20,
    meaning: 'database connections above the pool size, opened under load and closed when idle',
  },
  poolAcquireTimeoutMs: {
    env: ['DB_POOL_TIMEOUT'],
    kind: 'seconds',
    min: 0.001,
    max: 600,
    default: 5,
    meaning: 'how long a request waits for a database connection',
  },
  poolMaxLifetimeMs: {
    env: ['DB_POOL_RECYCLE'],
    kind: 'seconds',
    min: 1,
    max: 604_800,
    default: 3_600,
    meaning: 'age at which a database connection is replaced',
  },
  redisUrl: {
    env: ['REDIS_URL'],
    kind: 'url',
    protocols: ['redis:', 'rediss:'],
    example: 'redis://127.0.0.1:6379/0',
    meaning: 'the Redis server; unset, and no REDIS_HOST: memory alone',
  },
  redisHost: {
    env: ['REDIS_HOST'],
    kind: 'string',
    pattern: '[\\w.:\\[\\]-]+',
    patternMeaning: 'a host name or an address',
    example: '127.0.0.1',
    meaning: 'host of the Redis server, in place of REDIS_URL; given both, they must agree',
  },
  redisPort: {
    env: ['REDIS_PORT'],
    kind: 'int',
    min: 1,
    max: 65_535,
    default: 6_379,
    meaning: 'its port, with REDIS_HOST',
  },
  redisPassword: {
    env: ['REDIS_PASSWORD'],
    kind: 'string',
    secret: true,
    meaning: 'its password, with REDIS_HOST',
  },
  redisDb: {
    env: ['REDIS_DB'],
    kind: 'int',
    min: 0,
    max: 65_535,
    default: 0,
    meaning: 'its database number, with REDIS_HOST',
  },
  cacheMaxEntries: {
    env: ['CACHE_MAX_SIZE'],
    kind: 'int',
    unit: 'entries',
    min: 1,
    max: 10_000_000,
    default: 1_000,
    meaning: 'most values a cache holds in memory',
  },
  cacheTtlMs: {
    env: ['CACHE_DEFAULT_TTL'],
    kind: 'seconds',
    min: 0.001,
    max: 31_536_000,
    default: 60,
    meaning: 'how long a cached value counts',
  },
  upstreamMaxIdleConnections: {
    env: ['HTTP_MAX_KEEPALIVE_CONNECTIONS'],
    kind: 'int',
    unit: 'connections',
    min: 0,
    max: 100_000,
    default: 50,
    meaning: 'idle upstream connections kept open',
  },
  upstreamMaxConnections: {
    env: ['HTTP_MAX_CONNECTIONS'],
    kind: 'int',
    unit: 'connections',
    min: 1,
    max: 100_000,
    default: 200,
    meaning: 'most upstream connections at once',
  },
  upstreamIdleTimeoutMs: {
    env: ['HTTP_KEEPALIVE_EXPIRY'],
    kind: 'seconds',
    min: 0.001,
    max: 86_400,
    default: 60,
    meaning: 'idle time after which an upstream connection is closed',
  },
  tokenSecret: {
    env: ['JWT_SECRET_KEY', 'JWT_SECRET'],
    kind: 'string',
    minLength: 32,
    minEntropyBits: 64,
    secret: true,
    generatedInDevelopment: true,
    example: '$(openssl rand -hex 32)',
    meaning: 'signs the tokens (RFC 7518 section 3.2: an HS256 key has 256 bits)',
  },
  tokenTtlMs: {
    env: ['JWT_TOKEN_EXPIRE_MINUTES'],
    kind: 'minutes',
    min: 1,
    max: 525_600,
    default: 1_440,
    meaning: 'how long a token is good',
  },
  serviceName: {
    env: ['SERVICE_NAME'],
    kind: 'string',
    pattern: '[\\w.:/-]{1,100}',
    patternMeaning: '1 to 100 letters, digits and . : / _ -',
    default: 'millrace-service',
    meaning: 'the name of the service in telemetry and health answers',
  },
  serviceVersion: {
    env: ['SERVICE_VERSION'],
    kind: 'string',
    pattern: '[\\w.:/+-]{1,100}',
    patternMeaning: '1 to 100 letters, digits and . : / + _ -',
    default: '0.0.0',
    meaning: 'its version in telemetry and health answers',
  },
  port: {
    env: ['PORT'],
    kind: 'int',
    min: 0,
    max: 65_535,
    default: 3_000,
    meaning: 'the port to listen on; 0: any free one',
  },
  host: {
    env: ['HOST'],
    kind: 'string',
    pattern: '[\\w.:-]+',
    patternMeaning: 'a host name or an address',
    default: '127.0.0.1',
    meaning: 'the address to listen on; 0.0.0.0 opens the service to the network',
  },
  logLevel: {
    env: ['LOG_LEVEL'],
    kind: 'enum',
    values: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    spellings: { critical: 'fatal', warning: 'warn' },
    default: 'info',
    meaning: 'the least severe log line written',
  },
} as const;

type RedisPart = 'redisHost' | 'redisPort' | 'redisPassword' | 'redisDb';

/** The options of a service, read once at start. Times are milliseconds. */
export type ServiceConfig = Omit<Config<typeof ROWS>, RedisPart>;

/** The configuration of a service: the source of docs/reference/configuration.md. */
export const serviceConfig: ConfigTable<typeof ROWS> = defineConfig(ROWS, [redisContradictions]);

/**
 * Reads the options of a service from its environment, with `REDIS_HOST` and its companions as one `redisUrl`.
 * @throws MILLRACE_CONFIG_INVALID with one line a problem
 * @example
 * const config = readServiceConfig(process.env);
 * await app.listen({ host: config.host, port: config.port });
 */
export function readServiceConfig(env: Environment, options: ReadConfigOptions = {}): ServiceConfig {
  const { redisHost, redisPort, redisPassword, redisDb, ...rest } = readConfig(serviceConfig, env, options);
  const redisUrl = redisUrlOf({ redisUrl: rest.redisUrl, redisHost, redisPort, redisPassword, redisDb });
  return Object.freeze({ ...rest, redisUrl });
}
