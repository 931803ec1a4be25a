import {
  CONFIG_ERRORS,
  type Config,
  defineConfig,
  type Environment,
  MillraceError,
  readConfig,
  readServiceConfig,
} from 'millrace/core';
import { defineClientNetwork } from 'millrace/ratelimit';
import type { CrsAccess } from './crs.ts';
import { REFERENCE_NOW } from './data/index.ts';
import type { DatabaseOptions } from './database.ts';
import { START_ERRORS } from './errors.ts';
import type { PasswordScheme } from './optimised/index.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import { parseSwitches, type SwitchSet } from './switches.ts';

/** What the service is told from outside, read once at start. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly version: string;
  readonly switches: SwitchSet;
  readonly database: DatabaseOptions;
  readonly tokenSecret: string;
  readonly tokenTtlMs: number;
  readonly secrets: Secrets;
  readonly cacheMaxEntries: number;
  readonly limits: LimitSettings;
  readonly passwordScheme: PasswordScheme;
  /** Undefined: the caches are in memory alone. */
  readonly redis: RedisSettings | undefined;
  /** Undefined: no key service. */
  readonly crs: CrsSettings | undefined;
  /** Undefined: no language models. */
  readonly llm: LlmSettings | undefined;
  /** The file that takes a line for each request; undefined: none does. */
  readonly accessLog: string | undefined;
  /** Opens `/internal/counters`. */
  readonly proof: boolean;
  /** The instant from which days are counted back; undefined: the present. */
  readonly today: Date | undefined;
}

/** How much anybody may ask for. */
export interface LimitSettings {
  /** Logins and registrations a minute and network. */
  readonly loginLimit: number;
  /** Wrong passwords of one account from one network in a quarter of an hour. */
  readonly failureLimit: number;
  /** Requests a minute and user. */
  readonly requestLimit: number;
  readonly trustedProxies: readonly string[];
  /** Undefined: nobody is exempt. */
  readonly exemptionKey: string | undefined;
}

/** Where the caches of several instances meet. */
export interface RedisSettings {
  readonly url: string;
  /** What the names of this service's keys begin with: instances that share it share a database. */
  readonly namespace: string;
}

export interface CrsSettings extends CrsAccess {
  readonly baseUrl: string;
  readonly maxConnections: number;
  readonly keepAliveMs: number;
  readonly answerTtlMs: number;
}

/** The providers of language models, told apart by the path below `baseUrl`. */
export interface LlmSettings {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly maxConnections: number;
  readonly keepAliveMs: number;
}

/** What this service reads beside the rows that every service has. */
export const REFERENCE_CONFIG = defineConfig({
  switches: {
    env: ['REFERENCE_SWITCHES'],
    kind: 'string',
    default: 'optimised',
    meaning: 'a preset (origin, typical, optimised), or a comma list of switches',
  },
  cacheNamespace: {
    ...{ env: ['CACHE_NAMESPACE'], kind: 'string', pattern: '[\\w.-]{1,40}', default: 'reference' },
    patternMeaning: '1 to 40 letters, digits and . _ -',
    meaning: 'what its keys in Redis begin with; instances that share it must share a database',
  },
  passwordScheme: {
    ...{ env: ['PASSWORD_SCHEME'], kind: 'string', pattern: 'bcrypt|argon2id', default: 'bcrypt' },
    patternMeaning: 'bcrypt or argon2id',
    meaning: 'how passwords are hashed; hashes of the other kind count too, and are replaced when their users log in',
  },
  loginLimit: {
    ...{ env: ['LOGIN_LIMIT'], kind: 'int', min: 1, max: 1_000_000, default: 30 },
    meaning: 'logins and registrations a minute and network',
  },
  failureLimit: {
    ...{ env: ['LOGIN_FAILURE_LIMIT'], kind: 'int', min: 1, max: 1_500, default: 5 },
    meaning: 'wrong passwords in 15 minutes for one account from one network, and some times as many in all',
  },
  requestLimit: {
    ...{ env: ['REQUEST_LIMIT'], kind: 'int', min: 1, max: 1_000_000, default: 1_200 },
    meaning: 'requests a minute and user, and a quarter as many writes',
  },
  trustedProxies: {
    ...{ env: ['TRUSTED_PROXIES'], kind: 'string' },
    meaning: 'addresses or networks, parted by commas, whose X-Forwarded-For is believed; unset: none',
  },
  exemptionKey: {
    ...{ env: ['EXEMPTION_KEY'], kind: 'string', secret: true, minLength: 32, minEntropyBits: 64 },
    meaning: 'signs exemptions of load tests from these limits; unset: nobody is exempt',
  },
  crsUrl: { env: ['CRS_URL'], kind: 'url', protocols: ['http:'], meaning: 'the key service; unset: none' },
  crsAdminUser: { env: ['CRS_ADMIN_USER'], kind: 'string', meaning: 'who logs in there' },
  crsAdminSecret: { env: ['CRS_ADMIN_SECRET'], kind: 'string', secret: true, meaning: 'and with what' },
  crsAnswerTtlMs: {
    ...{ env: ['CRS_ANSWER_TTL'], kind: 'seconds', min: 0.1, max: 86_400, default: 60 },
    meaning: 'how long its answers count; a trend five times as long',
  },
  llmUrl: { env: ['LLM_URL'], kind: 'url', protocols: ['http:'], meaning: 'the language models; unset: none' },
  llmApiKey: { env: ['LLM_API_KEY'], kind: 'string', secret: true, meaning: 'what the service is known by there' },
  accessLog: { env: ['ACCESS_LOG'], kind: 'string', meaning: 'a file for a line a request; unset: none' },
  proof: { env: ['MILLRACE_PROOF'], kind: 'boolean', default: false, meaning: 'answer /internal/counters' },
});

/**
 * Reads the environment, and checks all of it before it refuses any. Under proof, days are counted back from the end of the seeded data.
 * @throws MILLRACE_CONFIG_INVALID, MILLRACE_REFERENCE_DATABASE_UNSET, MILLRACE_REFERENCE_SWITCH_UNKNOWN, MILLRACE_REFERENCE_SWITCHES_EXCLUDE,
 *   MILLRACE_REFERENCE_CRS_ACCESS, MILLRACE_REFERENCE_LLM_ACCESS, MILLRACE_RATELIMIT_OPTION_INVALID, MILLRACE_AUTH_OPTION_INVALID
 */
export function readSettings(env: Environment): Settings {
  refuseProblems(env);
  const service = readServiceConfig(env);
  const own = readConfig(REFERENCE_CONFIG, env);
  const switches = parseSwitches(own.switches);
  const passwordScheme = schemeOf(own.passwordScheme, switches);
  const { host, port, logLevel, serviceVersion: version, tokenSecret, tokenTtlMs, cacheMaxEntries } = service;
  return {
    ...{ host, port, logLevel, version, switches, tokenSecret, tokenTtlMs, cacheMaxEntries, passwordScheme },
    secrets: readSecrets(env),
    database: {
      url: service.databaseUrl as string,
      size: service.poolSize,
      overflow: service.poolOverflow,
      acquireTimeoutMs: service.poolAcquireTimeoutMs,
      maxLifetimeMs: service.poolMaxLifetimeMs,
    },
    limits: limitSettings(own),
    redis: service.redisUrl === undefined ? undefined : { url: service.redisUrl, namespace: own.cacheNamespace },
    crs: crsSettings(own, service.upstreamMaxConnections, service.upstreamIdleTimeoutMs),
    llm: llmSettings(own, service.upstreamMaxConnections, service.upstreamIdleTimeoutMs),
    accessLog: own.accessLog,
    proof: own.proof,
    today: own.proof ? REFERENCE_NOW : undefined,
  };
}

/** Tries every part on its own, so that one start tells all that is wrong. */
function refuseProblems(env: Environment): void {
  const own = (): Config<typeof REFERENCE_CONFIG.rows> => readConfig(REFERENCE_CONFIG, env);
  const problems = new Map<string, MillraceError>();
  for (const part of [
    () => readServiceConfig(env, { warn: () => {} }),
    () => readSecrets(env, { warn: () => {} }),
    () => checkDatabaseSet(env),
    () => parseSwitches(env.REFERENCE_SWITCHES),
    () => schemeOf(own().passwordScheme, parseSwitches(env.REFERENCE_SWITCHES)),
    () => defineClientNetwork({ trustedProxies: limitSettings(own()).trustedProxies }),
    () => crsSettings(own(), 1, 1),
    () => llmSettings(own(), 1, 1),
  ]) {
    try {
      part();
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      problems.set(error.message, error);
    }
  }
  const [first, ...others] = problems.values();
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const lines = [first, ...others].map(({ context, message, mend }) => context.problems ?? `${message}; ${mend}`);
  throw CONFIG_ERRORS.create('MILLRACE_CONFIG_INVALID', { problems: lines.join('\n') });
}

function checkDatabaseSet(env: Environment): void {
  if ((env.DATABASE_URL ?? '') === '') throw START_ERRORS.create('MILLRACE_REFERENCE_DATABASE_UNSET');
}

/** What teams write by hand knows bcrypt alone. */
function schemeOf(text: string, switches: SwitchSet): PasswordScheme {
  const scheme = text as PasswordScheme;
  const byHand = [...switches].find((id) => id.startsWith('auth.hash-'));
  if (scheme === 'bcrypt' || byHand === undefined) return scheme;
  throw START_ERRORS.create('MILLRACE_REFERENCE_SCHEME_EXCLUDED', { scheme, byHand });
}

function limitSettings(own: Config<typeof REFERENCE_CONFIG.rows>): LimitSettings {
  const { loginLimit, failureLimit, requestLimit, exemptionKey } = own;
  const trustedProxies = (own.trustedProxies ?? '').split(',').flatMap((text) => text.trim() || []);
  return { loginLimit, failureLimit, requestLimit, trustedProxies, exemptionKey };
}

function crsSettings(
  { crsUrl, crsAdminUser, crsAdminSecret, crsAnswerTtlMs: answerTtlMs }: Config<typeof REFERENCE_CONFIG.rows>,
  maxConnections: number,
  keepAliveMs: number,
): CrsSettings | undefined {
  if (crsUrl === undefined && crsAdminUser === undefined && crsAdminSecret === undefined) return undefined;
  if (crsUrl === undefined || crsAdminUser === undefined || crsAdminSecret === undefined) {
    throw START_ERRORS.create('MILLRACE_REFERENCE_CRS_ACCESS');
  }
  const access = { adminUser: crsAdminUser, adminSecret: crsAdminSecret };
  return { baseUrl: crsUrl, ...access, maxConnections, keepAliveMs, answerTtlMs };
}

function llmSettings(
  { llmUrl, llmApiKey }: Config<typeof REFERENCE_CONFIG.rows>,
  maxConnections: number,
  keepAliveMs: number,
): LlmSettings | undefined {
  if (llmUrl === undefined && llmApiKey === undefined) return undefined;
  if (llmUrl === undefined || llmApiKey === undefined) throw START_ERRORS.create('MILLRACE_REFERENCE_LLM_ACCESS');
  return { baseUrl: llmUrl, apiKey: llmApiKey, maxConnections, keepAliveMs };
}
