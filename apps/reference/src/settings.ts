import { randomBytes } from 'node:crypto';
import type { DatabaseOptions } from './database.ts';
import { parseSwitches, type SwitchSet } from './switches.ts';

/** What the service is told from outside, read once at start. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly switches: SwitchSet;
  readonly database: DatabaseOptions;
  readonly jwtSecret: string;
  readonly tokenTtlSeconds: number;
  readonly proof: boolean;
  readonly version: string;
}

/** Reads the environment. @throws Error with one line that says what is wrong and how to mend it. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const url = env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set; give the URL of a Postgres database that holds the schema');
  return {
    host: env.HOST ?? '127.0.0.1',
    port: Number(env.PORT ?? 3000),
    switches: parseSwitches(env.REFERENCE_SWITCHES),
    database: {
      url,
      size: Number(env.DB_POOL_SIZE ?? 10),
      overflow: Number(env.DB_MAX_OVERFLOW ?? 20),
      acquireTimeoutMs: Number(env.DB_POOL_TIMEOUT ?? 5) * 1000,
      maxLifetimeMs: Number(env.DB_POOL_RECYCLE ?? 3600) * 1000,
    },
    jwtSecret: env.JWT_SECRET_KEY ?? env.JWT_SECRET ?? randomBytes(32).toString('hex'),
    tokenTtlSeconds: Number(env.JWT_TOKEN_EXPIRE_MINUTES ?? 1440) * 60,
    proof: env.MILLRACE_PROOF === '1',
    version: env.SERVICE_VERSION ?? '0.1.0',
  };
}
