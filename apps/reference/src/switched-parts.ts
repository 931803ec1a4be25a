import type { HashGateOptions } from 'millrace/auth';
import type { Clock } from 'millrace/core';
import {
  createFreshConnections,
  createIdentitiesFromDatabase,
  createPasswordsInOneThread,
  createPasswordsOnLibuv,
  createPasswordsOnLoop,
} from './baseline/index.ts';
import { type Connections, createPool } from './connections.ts';
import type { Counters } from './counters.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { countFirstSights } from './first-sights.ts';
import {
  createCachedIdentities,
  createPasswordsInThreads,
  createSteadyPool,
  prepareStatements,
} from './optimised/index.ts';
import type { Accounts, Identities, Passwords } from './ports/index.ts';
import type { Settings } from './settings.ts';
import type { SwitchSet } from './switches.ts';
import type { Tokens } from './tokens.ts';

const POOL_OF_2 = { size: 2, overflow: 0 };
const POOL_OF_10 = { size: 10, overflow: 0 };

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

export function choosePasswords(switches: SwitchSet, counters: Counters, gate: HashGateOptions): Passwords {
  if (switches.has('auth.hash-on-loop')) return createPasswordsOnLoop(counters);
  if (switches.has('auth.hash-pool-1')) return createPasswordsInOneThread(counters);
  return switches.has('auth.hash-on-libuv')
    ? createPasswordsOnLibuv(counters)
    : createPasswordsInThreads(gate, counters);
}

export function chooseIdentities(
  { switches, proof }: Settings,
  tokens: Tokens,
  accounts: Accounts,
  counters: Counters,
  clock: Clock,
): Identities {
  const identities = switches.has('auth.db-per-request')
    ? createIdentitiesFromDatabase(tokens, accounts, counters)
    : createCachedIdentities(tokens, accounts, counters, clock);
  return proof ? countFirstSights(identities, counters) : identities;
}
