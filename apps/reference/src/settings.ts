import { type Config, defineConfig, type Environment, readConfig, readServiceConfig } from 'millrace/core';
import type { CrsAccess } from './crs.ts';
import { REFERENCE_NOW } from './data/index.ts';
import type { DatabaseOptions } from './database.ts';
import { START_ERRORS } from './errors.ts';
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
  readonly cacheMaxEntries: number;
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
const ROWS = defineConfig({
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
 * Reads the environment. Under proof, days are counted back from the end of the seeded data.
 * @throws MILLRACE_CONFIG_INVALID, MILLRACE_REFERENCE_DATABASE_UNSET, MILLRACE_REFERENCE_SWITCH_UNKNOWN, MILLRACE_REFERENCE_SWITCHES_EXCLUDE,
 *   MILLRACE_REFERENCE_CRS_ACCESS, MILLRACE_REFERENCE_LLM_ACCESS
 */
export function readSettings(env: Environment): Settings {
  const switches = parseSwitches(env.REFERENCE_SWITCHES);
  const service = readServiceConfig(env);
  const own = readConfig(ROWS, env);
  if (service.databaseUrl === undefined) throw START_ERRORS.create('MILLRACE_REFERENCE_DATABASE_UNSET');
  const { host, port, logLevel, serviceVersion: version, tokenSecret, tokenTtlMs, cacheMaxEntries } = service;
  return {
    ...{ host, port, logLevel, version, switches, tokenSecret, tokenTtlMs, cacheMaxEntries },
    database: {
      url: service.databaseUrl,
      size: service.poolSize,
      overflow: service.poolOverflow,
      acquireTimeoutMs: service.poolAcquireTimeoutMs,
      maxLifetimeMs: service.poolMaxLifetimeMs,
    },
    crs: crsSettings(own, service.upstreamMaxConnections, service.upstreamIdleTimeoutMs),
    llm: llmSettings(own, service.upstreamMaxConnections, service.upstreamIdleTimeoutMs),
    accessLog: own.accessLog,
    proof: own.proof,
    today: own.proof ? REFERENCE_NOW : undefined,
  };
}

function crsSettings(
  { crsUrl, crsAdminUser, crsAdminSecret, crsAnswerTtlMs: answerTtlMs }: Config<typeof ROWS.rows>,
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
  { llmUrl, llmApiKey }: Config<typeof ROWS.rows>,
  maxConnections: number,
  keepAliveMs: number,
): LlmSettings | undefined {
  if (llmUrl === undefined && llmApiKey === undefined) return undefined;
  if (llmUrl === undefined || llmApiKey === undefined) throw START_ERRORS.create('MILLRACE_REFERENCE_LLM_ACCESS');
  return { baseUrl: llmUrl, apiKey: llmApiKey, maxConnections, keepAliveMs };
}
