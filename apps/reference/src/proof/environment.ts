import { randomBytes } from 'node:crypto';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@millrace/scripts/services';
import pg from 'pg';
import { lastOwner, PROFILES, type ProfileName, prepareTemplates, type Templates } from '../data/index.ts';
import { START_ERRORS } from '../errors.ts';
import { type Crs, type Llm, startCrs, startLlm } from '../upstreams/index.ts';
import { signExemption } from './exemption.ts';
import { createTraderPool, type Owner, type TraderPool } from './trader.ts';

/** Everything around the arms: database server, templates, upstreams, virtual users. */
export interface ProofEnvironment extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly templates: Templates;
  /** With the recorded latencies, for the rounds. */
  readonly upstreams: Upstreams;
  /** Answer at once, for the comparison of answers. */
  readonly promptUpstreams: Upstreams;
  readonly tokenSecret: string;
  /** Hashes API keys. */
  readonly tokenPepper: string;
  /** Seals keys of users with providers. */
  readonly encryptionKey: string;
  /** Signs the exemption that the run's users have from the service's limits. */
  readonly exemptionKey: string;
  readonly pool: TraderPool;
  /** A Redis of the proof's own, started when an arm first needs it. @throws MILLRACE_REFERENCE_REDIS_MISSING */
  redis(): Promise<RedisServer>;
}

/** What the service asks others for. */
export interface Upstreams {
  readonly crs: Crs;
  readonly llm: Llm;
}

/** What an environment is made from. */
export interface EnvironmentOptions {
  readonly profile: ProfileName;
  readonly seed: number;
  /** How many virtual users drive the service. */
  readonly traders: number;
  /** Whether Redis is there from the start, and not only when an arm needs it. */
  readonly startsRedis: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One provider of language models comes and goes; the others can serve what it does not. */
const FLAPPING = { provider: 'mid', upCalls: 20, downCalls: 5 } as const;

/** Starts all of it side by side; takes back what was started when a part fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<ProofEnvironment> {
  const { profile, seed, startsRedis, say, signal } = options;
  await using stack = new AsyncDisposableStack();
  const data = { profile, seed };
  const starting = [
    startCrs({ seed, data }),
    startLlm({ seed, flapping: FLAPPING }),
    startCrs({ seed, data, latencyScale: 0 }),
    startLlm({ seed, latencyScale: 0 }),
  ] as const;
  stack.defer(async () => {
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === 'fulfilled') await started.value.close();
    }
  });
  const postgres = stack.use(await startPostgres({ say, signal }));
  const [crs, llm, promptCrs, promptLlm] = await Promise.all(starting);
  signal.throwIfAborted();
  const templates = await prepareTemplates(postgres, profile, seed, say);
  const owners = await readOwners(postgres.databaseUrl(templates.indexed), options);
  const tokenSecret = randomBytes(32).toString('base64url');
  const exemptionKey = process.env.EXEMPTION_KEY || randomBytes(32).toString('base64url');
  const redis = lazyRedis(stack, say);
  if (startsRedis) await redis();
  const kept = stack.move();
  return {
    ...{ postgres, templates, tokenSecret, exemptionKey, redis },
    ...{ tokenPepper: randomBytes(32).toString('base64url'), encryptionKey: randomBytes(32).toString('base64') },
    upstreams: { crs, llm },
    promptUpstreams: { crs: promptCrs, llm: promptLlm },
    pool: createTraderPool({ seed, tokenSecret, owners, exemption: signExemption(exemptionKey, 'proof') }),
    [Symbol.asyncDispose]: async () => kept.disposeAsync(),
  };
}

/** Never the one of `REDIS_URL`: what others have there is none of the proof's business, nor its keys theirs. */
function lazyRedis(stack: AsyncDisposableStack, say: (line: string) => void): ProofEnvironment['redis'] {
  let starting: Promise<RedisServer | undefined> | undefined;
  stack.defer(async () => (await starting?.catch(() => undefined))?.close());
  return async () => {
    starting ??= startRedis({ say, environment: { PATH: process.env.PATH } });
    const server = await starting;
    if (server === undefined) throw START_ERRORS.create('MILLRACE_REFERENCE_REDIS_MISSING');
    return server;
  };
}

/** The first users that own strategies, the whale among them, with up to 50 strategy ids, five key ids and 20 project ids each. */
async function readOwners(url: string, { profile, traders }: EnvironmentOptions): Promise<Owner[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{
      userId: string;
      strategyIds: string[];
      keyIds: string[];
      projectIds: string[];
    }>(
      `SELECT user_id AS "userId", (array_agg(id ORDER BY id))[1:50] AS "strategyIds",
              ARRAY(SELECT id FROM api_keys WHERE api_keys.user_id = strategies.user_id ORDER BY id LIMIT 5) AS "keyIds",
              ARRAY(SELECT id FROM projects WHERE projects.user_id = strategies.user_id ORDER BY id DESC LIMIT 20) AS "projectIds"
       FROM strategies WHERE user_id <= $1 GROUP BY user_id ORDER BY user_id LIMIT $2`,
      [lastOwner(PROFILES[profile]), traders],
    );
    return rows.map(({ userId, strategyIds, keyIds, projectIds }) => ({
      userId: Number(userId),
      strategyIds: strategyIds.map(Number),
      keyIds: keyIds.map(Number),
      projectIds: projectIds.map(Number),
    }));
  } finally {
    await client.end();
  }
}
