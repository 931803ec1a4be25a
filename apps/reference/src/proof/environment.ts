import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { type PostgresServer, startPostgres } from '@millrace/scripts/services';
import pg from 'pg';
import { lastOwner, PROFILES, type ProfileName, prepareTemplates, type Templates } from '../data/index.ts';
import { type Crs, startCrs } from '../upstreams/index.ts';
import { createTraderPool, type TraderPool } from './trader.ts';

/** Everything around the arms: database server, templates, upstreams, virtual users. */
export interface ProofEnvironment extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly templates: Templates;
  /** With the recorded latencies, for the rounds. */
  readonly upstream: Crs;
  /** Answers at once, for the comparison of answers. */
  readonly promptUpstream: Crs;
  readonly tokenSecret: string;
  readonly pool: TraderPool;
}

/** What an environment is made from. */
export interface EnvironmentOptions {
  readonly profile: ProfileName;
  readonly seed: number;
  /** How many virtual users drive the service. */
  readonly traders: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Starts all of it side by side; takes back what was started when a part fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<ProofEnvironment> {
  const { profile, seed, say, signal } = options;
  await using stack = new AsyncDisposableStack();
  const data = { profile, seed };
  const starting = [startCrs({ seed, data }), startCrs({ seed, data, latencyScale: 0 })] as const;
  stack.defer(async () => {
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === 'fulfilled') await started.value.close();
    }
  });
  const postgres = stack.use(await startPostgres({ say, signal }));
  const [upstream, promptUpstream] = await Promise.all(starting);
  signal.throwIfAborted();
  const templates = await prepareTemplates(postgres, profile, seed, say);
  const owners = await readOwners(postgres.databaseUrl(templates.indexed), options);
  const tokenSecret = randomBytes(32).toString('base64url');
  const kept = stack.move();
  return {
    ...{ postgres, templates, upstream, promptUpstream, tokenSecret },
    pool: createTraderPool({ seed, tokenSecret, owners }),
    [Symbol.asyncDispose]: async () => kept.disposeAsync(),
  };
}

/** The first users that own strategies, the whale among them, with up to 50 strategy ids each. */
async function readOwners(url: string, { profile, traders }: EnvironmentOptions) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ userId: string; strategyIds: string[] }>(
      `SELECT user_id AS "userId", (array_agg(id ORDER BY id))[1:50] AS "strategyIds"
       FROM strategies WHERE user_id <= $1 GROUP BY user_id ORDER BY user_id LIMIT $2`,
      [lastOwner(PROFILES[profile]), traders],
    );
    return rows.map((row) => ({ userId: Number(row.userId), strategyIds: row.strategyIds.map(Number) }));
  } finally {
    await client.end();
  }
}

/** A port of the loopback interface that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
