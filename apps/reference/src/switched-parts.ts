import type { HashGateOptions } from 'millrace/auth';
import type { Clock } from 'millrace/core';
import {
  createApiKeysFromDatabase,
  createFreshConnections,
  createIdentitiesFromDatabase,
  createPasswordsInOneThread,
  createPasswordsOnLibuv,
  createPasswordsOnLoop,
  NO_LIMITS,
} from './baseline/index.ts';
import { type Connections, createPool } from './connections.ts';
import type { Counters } from './counters.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { countFirstSights } from './first-sights.ts';
import {
  type ApiKeyParts,
  createCachedApiKeys,
  createCachedIdentities,
  createLimits,
  createPasswordsInThreads,
  createSteadyPool,
  type IdentityParts,
  openSessionRevocations,
  prepareStatements,
} from './optimised/index.ts';
import type { ApiKeys, Identities, Limits, Passwords, SessionEnds } from './ports/index.ts';
import type { Settings } from './settings.ts';
import type { SharedTiers } from './shared-tiers.ts';
import type { SwitchSet } from './switches.ts';
import { deriveSecret } from './tokens.ts';

const POOL_OF_2 = { size: 2, overflow: 0 };
const POOL_OF_10 = { size: 10, overflow: 0 };
/** While Redis is away, how long a session that another instance ended may still let somebody in. */
const IDENTITY_STALENESS_MS = 1_000;

export function openDatabase(options: DatabaseOptions, switches: SwitchSet, counters: Counters): Database {
  const connections = chooseConnections(options, switches, counters);
  return new Database(
    options,
    counters,
    switches.has('db.parse-per-query') ? connections : prepareStatements(connections, counters),
  );
}

function chooseConnections(options: DatabaseOptions, switches: SwitchSet, counters: Counters): Connections {
  if (switches.has('db.pool-of-2')) return createPool({ ...options, ...POOL_OF_2 }, counters);
  if (switches.has('db.pool-of-10')) return createPool({ ...options, ...POOL_OF_10 }, counters);
  return switches.has('db.pg-connect-per-request')
    ? createFreshConnections(options, counters)
    : createSteadyPool(options, counters);
}

export function choosePasswords(settings: Settings, counters: Counters, gate: HashGateOptions): Passwords {
  const { switches, passwordScheme } = settings;
  if (switches.has('auth.hash-on-loop')) return createPasswordsOnLoop(counters);
  if (switches.has('auth.hash-pool-1')) return createPasswordsInOneThread(counters);
  return switches.has('auth.hash-on-libuv')
    ? createPasswordsOnLibuv(counters)
    : createPasswordsInThreads(passwordScheme, gate, counters);
}

export function chooseLimits(settings: Settings, clock: Clock, { counts: shared }: SharedTiers): Limits {
  const { switches, limits, tokenSecret } = settings;
  if (switches.has('limits.none')) return NO_LIMITS;
  return createLimits({ ...limits, deviceSecret: deriveSecret(tokenSecret, 'device'), clock, shared });
}

/** Gives a part back when the service ends. */
export type Own = <Part extends { close(): Promise<void> }>(part: Part) => Part;

/** @param tiers where identities meet those of other instances */
export async function chooseIdentities(
  { switches, proof, database }: Settings,
  parts: IdentityParts,
  tiers: SharedTiers,
  own: Own,
): Promise<Identities> {
  const { tokens, accounts, counters } = parts;
  const identities = switches.has('auth.db-per-request')
    ? createIdentitiesFromDatabase(tokens, accounts, counters)
    : createCachedIdentities({
        ...parts,
        ends: own(await openSessionRevocations({ ...parts, database })),
        shared: tiers.tier(IDENTITY_STALENESS_MS),
      });
  return proof ? countFirstSights(identities, counters) : identities;
}

/** @param ends undefined where every request asks for its session, and so for its key */
export function chooseApiKeys(ends: SessionEnds | undefined, parts: Omit<ApiKeyParts, 'ends'>): ApiKeys {
  return ends === undefined
    ? createApiKeysFromDatabase(parts.kind, parts.owners, parts.counters)
    : createCachedApiKeys({ ...parts, ends });
}
