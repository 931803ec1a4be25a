import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  type ArmProcess,
  DEFAULT_COSTS,
  defineProof,
  type PreparedService,
  type ProofManifest,
  type Tier,
} from '@millrace/load/prove';
import { findRedisProgram, freePort } from '@millrace/scripts/services';
import { authSecretsConfig } from 'millrace/auth';
import { readServiceConfig, serviceConfig } from 'millrace/core';
import { cloneDatabase } from './src/data/index.ts';
import { digestRequests } from './src/digests.ts';
import { ablationsOf } from './src/proof/ablations.ts';
import { ARGON2ID_ARM, storeArgon2idHashes } from './src/proof/argon2id-arm.ts';
import { proofCapacities } from './src/proof/capacity.ts';
import { type ProofEnvironment, startEnvironment } from './src/proof/environment.ts';
import { proofClients, proofFacts } from './src/proof/facts.ts';
import { FRESHNESS_COSTS } from './src/proof/freshness-part.ts';
import { PROOF_USERS, shareUsers } from './src/proof/part.ts';
import { proofPhases, SCENARIOS } from './src/proof/phases.ts';
import { roundDatabase } from './src/proof/round-database.ts';
import { createSiblings } from './src/proof/sibling.ts';
import { REFERENCE_CONFIG } from './src/settings.ts';
import { parseSwitches, SWITCHES } from './src/switches.ts';

const MAIN = fileURLToPath(new URL('./src/main.ts', import.meta.url));
const PROFILES = { quick: 'small', main: 'small', full: 'full' } as const satisfies Record<Tier, string>;
const COMPARISON = -1;
/** `optimised`, its caches shared through Redis. */
const REDIS_ARM = 'redis';
const NO_REDIS = {
  en: 'no redis-server or valkey-server is on the PATH',
  'zh-CN': 'PATH 中没有 redis-server 或 valkey-server',
};
const hasRedis = (await findRedisProgram(process.env.PATH ?? '')) !== undefined;
/** Each arm writes a line a request, as services do. How it does so is a switch; a disk would be noise. */
const ACCESS_LOG = devNull;
/** Whatever the shell of the one who measures says must not change what is measured. */
const SERVICE_VARIABLES = [serviceConfig, authSecretsConfig, REFERENCE_CONFIG].flatMap(({ rows }) =>
  Object.values(rows).flatMap(({ env }): readonly string[] => env),
);

/**
 * The reference service: what teams really write (`origin`) and what a careful team has today (`typical`) against the
 * same routes on Millrace (`optimised`).
 */
export const proof: ProofManifest = defineProof({
  name: 'reference',
  arms: [
    { id: 'origin', label: 'origin' },
    { id: 'typical', label: 'typical', tiers: ['main', 'full'] },
    // More arms would take the main job past its three minutes.
    { id: REDIS_ARM, label: 'optimised with Redis', tiers: ['full'], ...(!hasRedis && { unavailable: NO_REDIS }) },
    { id: ARGON2ID_ARM, label: 'optimised with argon2id', tiers: ['full'] },
    { id: 'optimised', label: 'optimised' },
  ],
  // Postgres and seeded data to begin with, slow upstreams in the comparison, and the tail of a login burst in rounds.
  overheads: {
    quick: { prepare: 8, digests: 6, start: 0.7, drain: 2.1 },
    main: { prepare: 8, digests: 9, start: 0.7, drain: 3.6, report: 1 },
    full: { prepare: 120, digests: 20, start: 2, drain: 10, report: 2 },
  },
  scenarios: SCENARIOS,
  defaultScenarios: { quick: ['trader', 'portal'], main: ['trader', 'portal', 'freshness'] },
  ablations: ablationsOf(
    SWITCHES.map(({ id }) => id),
    SCENARIOS,
  ),
  async prepare({ tier, seed, say, signal }): Promise<PreparedService> {
    refuseContradictions(process.env);
    const profile = PROFILES[tier];
    const startsRedis = tier === 'full' && hasRedis;
    const environment = await startEnvironment({ profile, seed, traders: PROOF_USERS, startsRedis, say, signal });
    const { postgres } = environment;
    const armAt = new Map<string, ArmProcess>();
    const redis = hasRedis ? { version: startsRedis ? (await environment.redis()).version : undefined } : undefined;
    return {
      facts: proofFacts({ postgres, redis, profile, seed, accessLog: ACCESS_LOG, env: process.env }),
      clients: proofClients(profile),
      async startRound(armId, round) {
        const arm = await startArm(environment, armId, round);
        armAt.set(arm.baseUrl, arm);
        return arm;
      },
      ...proofPhases({ users: shareUsers(environment.pool), tier, startSibling: createSiblings(armAt) }),
      costs: [...DEFAULT_COSTS, ...FRESHNESS_COSTS],
      capacity: proofCapacities(environment.pool),
      volatileKeys: ['apiKey'],
      digests: digestRequests({ profile, seed, tokenSecret: environment.tokenSecret }),
      close: async () => environment[Symbol.asyncDispose](),
    };
  },
});

/**
 * The arms inherit nothing of it; but who has settings that contradict each other should know before they measure.
 * @throws MILLRACE_CONFIG_INVALID
 */
function refuseContradictions({ NODE_ENV: _, ...env }: NodeJS.ProcessEnv): void {
  readServiceConfig(env, { warn: () => {} });
}

/** Arms whose id is not what their switches are. */
const ON_OPTIMISED: readonly string[] = [REDIS_ARM, ARGON2ID_ARM];

/** A fresh clone of the arm's data, and the process that serves it. */
async function startArm(environment: ProofEnvironment, armId: string, round: number): Promise<ArmProcess> {
  const { postgres, templates } = environment;
  const database = roundDatabase(armId, round === COMPARISON ? 'comparison' : round);
  const switches = ON_OPTIMISED.includes(armId) ? 'optimised' : armId;
  const clone = cloneDatabase(postgres, templates, { name: database, switches: parseSwitches(switches) });
  const [databaseUrl, port] = await Promise.all([clone, freePort()]);
  if (armId === ARGON2ID_ARM) await storeArgon2idHashes(databaseUrl);
  const { crs, llm } = round === COMPARISON ? environment.promptUpstreams : environment.upstreams;
  return {
    command: [process.execPath, '--conditions=millrace-source', MAIN],
    env: {
      REFERENCE_SWITCHES: switches,
      // Fresh data and a name that was never used before: nothing of another round is found.
      ...(armId === REDIS_ARM && {
        REDIS_URL: (await environment.redis()).url,
        CACHE_NAMESPACE: `${database}.${port}`,
      }),
      ...(armId === ARGON2ID_ARM && { PASSWORD_SCHEME: 'argon2id' }),
      NODE_ENV: 'production',
      MILLRACE_PROOF: '1',
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: String(port),
      JWT_SECRET_KEY: environment.tokenSecret,
      TOKEN_PEPPER: environment.tokenPepper,
      ENCRYPTION_KEY: environment.encryptionKey,
      EXEMPTION_KEY: environment.exemptionKey,
      LOG_LEVEL: 'warn',
      ACCESS_LOG,
      // More than the slow upstream can hold at the portal's rate: neither arm may queue for a connection of its own.
      HTTP_MAX_CONNECTIONS: '500',
      CRS_URL: crs.url,
      CRS_ADMIN_USER: crs.adminUser,
      CRS_ADMIN_SECRET: crs.adminSecret,
      LLM_URL: llm.url,
      LLM_API_KEY: llm.apiKey,
    },
    unsetEnv: SERVICE_VARIABLES,
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/health/ready',
    countersPath: '/internal/counters',
    close: () => postgres.dropDatabase(database),
  };
}
