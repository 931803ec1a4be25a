import { fileURLToPath } from 'node:url';
import { type ArmProcess, defineProof, type PreparedService, type ProofManifest } from '@millrace/load/prove';
import { serviceConfig } from 'millrace/core';
import { digestRequests } from './src/digests.ts';
import { proofCapacities } from './src/proof/capacity.ts';
import { freePort, type ProofEnvironment, startEnvironment } from './src/proof/environment.ts';
import { PROOF_ROWS, proofPhases } from './src/proof/phases.ts';

const MAIN = fileURLToPath(new URL('./src/main.ts', import.meta.url));
const TRADERS = 100;
const PROFILE = 'small';
const COMPARISON = -1;
/** Whatever the shell of the one who measures says must not change what is measured. */
const SERVICE_VARIABLES = Object.values(serviceConfig.rows).flatMap((row) => [...row.env]);

/** The reference service: what teams really write (`origin`) against the same routes on Millrace (`optimised`). */
export const proof: ProofManifest = defineProof({
  name: 'reference',
  arms: [
    { id: 'origin', label: 'origin' },
    { id: 'optimised', label: 'optimised' },
  ],
  async prepare({ tier, seed, say, signal }): Promise<PreparedService> {
    const environment = await startEnvironment({ profile: PROFILE, seed, traders: TRADERS, say, signal });
    return {
      facts: {
        database: `Postgres ${environment.postgres.version} (${environment.postgres.kind})`,
        data: `${PROFILE} profile, seed ${seed}`,
        cache: 'memory alone',
        upstream: 'fake key service with the recorded latencies',
        'password hash': 'bcrypt, cost 12, in both arms',
      },
      startRound: (armId, round) => startArm(environment, armId, round),
      phases: proofPhases(environment.pool, tier),
      rows: PROOF_ROWS,
      capacity: proofCapacities(environment.pool),
      digests: digestRequests({ profile: PROFILE, seed, tokenSecret: environment.tokenSecret }),
      close: async () => environment[Symbol.asyncDispose](),
    };
  },
});

/** A fresh clone of the arm's template, and the process that serves it. */
async function startArm(environment: ProofEnvironment, armId: string, round: number): Promise<ArmProcess> {
  const { postgres, templates } = environment;
  const database = `round_${armId}_${round === COMPARISON ? 'comparison' : round}`;
  const template = armId === 'origin' ? templates.plain : templates.indexed;
  const [databaseUrl, port] = await Promise.all([postgres.createDatabase(database, { template }), freePort()]);
  const crs = round === COMPARISON ? environment.promptUpstream : environment.upstream;
  return {
    command: [process.execPath, '--conditions=millrace-source', MAIN],
    env: {
      REFERENCE_SWITCHES: armId,
      NODE_ENV: 'production',
      MILLRACE_PROOF: '1',
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: String(port),
      JWT_SECRET_KEY: environment.tokenSecret,
      LOG_LEVEL: 'warn',
      // More than the slow upstream can hold at the portal's rate: neither arm may queue for a connection of its own.
      HTTP_MAX_CONNECTIONS: '500',
      CRS_URL: crs.url,
      CRS_ADMIN_USER: crs.adminUser,
      CRS_ADMIN_SECRET: crs.adminSecret,
    },
    unsetEnv: SERVICE_VARIABLES,
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/health/ready',
    countersPath: '/internal/counters',
    close: () => postgres.dropDatabase(database),
  };
}
