import { createHash } from 'node:crypto';
import { type PostgresServer, startPostgres } from '@millrace/scripts/services';
import { type Clock, systemClock } from 'millrace/core';
import { cloneDatabase, type ProfileName, prepareTemplates, sessionOf, type Templates } from './data/index.ts';
import { type Callers, createCallers } from './digest-callers.ts';
import { createService, type Service } from './service.ts';
import { readSettings } from './settings.ts';
import { EXCLUSIVE_SWITCHES, parseSwitches, SWITCHES } from './switches.ts';
import { createTokens } from './tokens.ts';
import { type Crs, type Llm, startCrs, startLlm } from './upstreams/index.ts';

/** All requests of a trial come from one address, and more of them than from any client. */
const NO_LIMIT_IN_PRACTICE = { LOGIN_LIMIT: '1000000', LOGIN_FAILURE_LIMIT: '1500', REQUEST_LIMIT: '1000000' };

export type { Service } from './service.ts';

export const TRIAL_SEED = 7;
export const TRIAL_SECRET = 'a secret for trials, and only for trials';

/** What seals provider keys in trials. */
export const TRIAL_ENCRYPTION_KEY = createHash('sha256').update('a key for trials').digest('base64');
/** What hashes API keys in trials. */
export const TRIAL_PEPPER = 'a pepper for trials and only for trials';

/** Everything that tests of the service need around it: a database server with a data set, and upstreams that answer at once. */
export interface Trial extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly templates: Templates;
  readonly crs: Crs;
  readonly llm: Llm;
  /** A fresh clone of the data, with the indexes and totals that `switches` want. */
  createDatabase(switches: string): Promise<string>;
  /** A service on a database of its own, closed with the trial at the latest. */
  open(switches: string, options?: TrialServiceOptions): Promise<Service>;
}

export interface TrialServiceOptions {
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string>>;
}

/** @param profile how much data there is */
export async function startTrial(profile: ProfileName = 'tiny'): Promise<Trial> {
  await using parts = new AsyncDisposableStack();
  const postgres = parts.use(await startPostgres());
  const crs = parts.use(await startCrs({ latencyScale: 0, data: { profile, seed: TRIAL_SEED } }));
  const llm = parts.use(await startLlm({ latencyScale: 0 }));
  const templates = await prepareTemplates(postgres, profile, TRIAL_SEED);
  const kept = parts.move();
  let databases = 0;
  const createDatabase = (switches: string): Promise<string> =>
    cloneDatabase(postgres, templates, { name: `trial_${++databases}`, switches: parseSwitches(switches) });
  return {
    ...{ postgres, templates, crs, llm, createDatabase },
    async open(switches, { clock, env } = {}) {
      const databaseUrl = await createDatabase(switches);
      const settings = readSettings({ ...trialEnvironment(databaseUrl, switches, crs, llm), ...env });
      // At low priority a hash takes tens of seconds on a machine that other tests keep busy, and Redis its time too.
      return kept.use(
        await createService(settings, { ...(clock && { clock }), hashNiceness: 0, redisTimeoutMs: 1_000 }),
      );
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** A token of user `userId`, good for an hour, for the session that the data holds. */
export function trialBearer(userId: number): string {
  return createTokens(TRIAL_SECRET, 3_600, systemClock).sign(userId, sessionOf(userId, TRIAL_SEED).jti).token;
}

/** Who asks the services of a trial. */
export function trialCallers(): Callers {
  return createCallers({ profile: 'tiny', seed: TRIAL_SEED, tokenSecret: TRIAL_SECRET });
}

/** A service on a database of its own for each of these lists of switches. */
export async function openEach(trial: Trial, lists: readonly string[]): Promise<ReadonlyMap<string, Service>> {
  const services = new Map<string, Service>();
  for (const switches of lists) services.set(switches, await trial.open(switches));
  return services;
}

/** The environment in which `main.ts` serves a trial. */
export function trialEnvironment(databaseUrl: string, switches: string, crs: Crs, llm?: Llm): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    REFERENCE_SWITCHES: switches,
    JWT_SECRET_KEY: TRIAL_SECRET,
    TOKEN_PEPPER: TRIAL_PEPPER,
    ENCRYPTION_KEY: TRIAL_ENCRYPTION_KEY,
    MILLRACE_PROOF: '1',
    LOG_LEVEL: 'silent',
    ...NO_LIMIT_IN_PRACTICE,
    CRS_URL: crs.url,
    CRS_ADMIN_USER: crs.adminUser,
    CRS_ADMIN_SECRET: crs.adminSecret,
    ...(llm && { LLM_URL: llm.url, LLM_API_KEY: llm.apiKey }),
  };
}

/** Lists of as many switches as can be on together, which name every switch between them. */
export function greatestSwitchLists(): readonly string[] {
  const lists = Math.max(...EXCLUSIVE_SWITCHES.map((group) => group.length));
  return Array.from({ length: lists }, (_, index) => {
    const left = EXCLUSIVE_SWITCHES.flatMap((group) => group.filter((_id, place) => place !== index % group.length));
    return SWITCHES.map((row) => row.id)
      .filter((id) => !left.includes(id))
      .join(',');
  });
}
