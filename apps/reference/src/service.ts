import { availableParallelism } from 'node:os';
import type { HashGateOptions } from 'millrace/auth';
import { createCache } from 'millrace/cache';
import { type Clock, systemClock } from 'millrace/core';
import { type App, closeApp, collectRoutes, createApp } from './app.ts';
import {
  createBufferedExport,
  createFreshConnections,
  createIdentitiesFromDatabase,
  createOffsetListing,
  createPasswordsInOneThread,
  createPasswordsOnLibuv,
  createPasswordsOnLoop,
  createRelationsOneByOne,
  createStatisticsInApp,
  oneByOne,
} from './baseline/index.ts';
import { type Connections, createPool } from './connections.ts';
import { Counters } from './counters.ts';
import { createCursors } from './cursors.ts';
import { indexSetOf } from './data/index.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { requireIndexes } from './database-check.ts';
import { countFirstSights } from './first-sights.ts';
import { openLlm } from './llm.ts';
import { sampleLoopDelay } from './loop-delay.ts';
import { observeRequests, openAccessLog } from './observation.ts';
import {
  cacheActivities,
  cacheFiles,
  cacheKeys,
  cacheProjects,
  cacheSignals,
  cacheStatistics,
  cacheStrategies,
  createCachedIdentities,
  createKeysetListing,
  createPasswordsInThreads,
  createReadCache,
  createRelationsInSets,
  createStatisticsInSql,
  createSteadyPool,
  createStreamedExport,
  prepareStatements,
  type ReadCache,
  sideBySide,
} from './optimised/index.ts';
import type {
  Accounts,
  Activities,
  Files,
  Identities,
  Keys,
  Passwords,
  Projects,
  Signals,
  Statistics,
  Strategies,
} from './ports/index.ts';
import {
  createAccounts,
  createActivities,
  createFiles,
  createKeys,
  createProjects,
  createRequestLog,
  createSignals,
  createStrategies,
} from './postgres/index.ts';
import { createPrometheusMetrics } from './prometheus.ts';
import {
  activityRoutes,
  authRoutes,
  createAuthorisation,
  fileRoutes,
  gatewayRoutes,
  healthRoutes,
  keyRoutes,
  messageRoutes,
  projectRoutes,
  signalRoutes,
  statsRoutes,
  strategyRoutes,
  usageExportRoutes,
} from './routes/index.ts';
import type { Settings } from './settings.ts';
import type { SwitchSet } from './switches.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { openUpstream } from './upstream.ts';

const POOL_OF_2 = { size: 2, overflow: 0 };
const POOL_OF_10 = { size: 10, overflow: 0 };
/** A thread a core, each below the priority of the event loop; a login waits two seconds at most. */
const HASH_GATE = { threads: availableParallelism(), maxQueue: 16, deadlineMs: 2_000 };

export interface Service extends AsyncDisposable {
  readonly app: App;
  readonly counters: Counters;
  /** Every route as `GET /api/v1/keys`, without the HEAD routes that come with GET. */
  readonly routes: readonly string[];
  /** What can be done ahead of the first visitor: logs in to the key service. A failure is left for that visitor to meet. */
  warmUp(): Promise<void>;
  /** Stops listening, lets requests under way finish, then gives everything back. */
  close(): Promise<void>;
}

/** Everything that reads rows, behind whichever parts the switches choose. */
interface Reads {
  readonly strategies: Strategies;
  readonly signals: Signals;
  readonly keys: Keys;
  readonly statistics: Statistics;
  readonly projects: Projects;
  readonly files: Files;
  readonly activities: Activities;
}

export interface ServiceOptions {
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Scheduling priority of the hash threads, 0 (normal) to 19 (lowest); default that of `createHashGate`. */
  readonly hashNiceness?: number;
}

/** Puts the service together: each switch chooses between a baseline and an optimised part. */
export async function createService(settings: Settings, options: ServiceOptions = {}): Promise<Service> {
  const { clock = systemClock, hashNiceness: niceness } = options;
  const { switches } = settings;
  const counters = new Counters();
  await using parts = new AsyncDisposableStack();
  const own = <Part extends { close(): Promise<void> }>(part: Part): Part => parts.adopt(part, (it) => it.close());

  const database = own(openDatabase(settings.database, switches, counters));
  await requireIndexes(database, indexSetOf(switches));
  const accounts = createAccounts(database);
  const tokens = createTokens(settings.tokenSecret, settings.tokenTtlMs / 1000, clock);
  const cursors = createCursors(settings.tokenSecret);
  const gate = { ...HASH_GATE, ...(niceness !== undefined && { niceness }), clock };
  const passwords = own(choosePasswords(switches, counters, gate));
  const identities = own(chooseIdentities(settings, tokens, accounts, counters, clock));
  const reads = switches.has('cache.none')
    ? chooseReads(database, switches)
    : cacheReads(
        chooseReads(database, switches),
        createReadCache(own(createCache({ name: 'reads', maxEntries: settings.cacheMaxEntries, clock })), clock),
      );
  const usageExport = switches.has('export.buffered')
    ? createBufferedExport(database)
    : createStreamedExport(database, clock);
  const { upstream } = own(openUpstream(settings.crs, switches, counters, clock));
  const gateway = own(openLlm(settings.llm, switches, counters, clock));
  const requestLog = own(createRequestLog(database, counters, clock, (line) => app.log.warn(line)));
  const gather = switches.has('upstream.serial') ? oneByOne : sideBySide;

  const app = createApp(counters, settings.logLevel);
  const routes = collectRoutes(app);
  observeRequests(app, own(createPrometheusMetrics(counters)), own(openAccessLog(settings, counters)));
  const authorise = createAuthorisation(identities, counters);
  const now = (): Date => settings.today ?? new Date(clock.wallNow());
  const shared = { ...reads, ...gateway, upstream, requestLog, gather, cursors, authorise, now, clock };
  const auth = { accounts, passwords, identities, tokens, counters, authorise };
  await app.register(authRoutes(auth), { prefix: '/api/v1/auth' });
  await app.register(strategyRoutes(shared), { prefix: '/api/v1/strategies' });
  await app.register(signalRoutes(shared), { prefix: '/api/v1/signals' });
  await app.register(keyRoutes(shared), { prefix: '/api/v1/keys' });
  await app.register(statsRoutes(shared), { prefix: '/api/v1/stats' });
  for (const routesOf of [projectRoutes, fileRoutes, activityRoutes]) {
    await app.register(routesOf(shared), { prefix: '/api/v1' });
  }
  await app.register(usageExportRoutes({ usageExport, authorise }), { prefix: '/api/v1/stats' });
  await app.register(messageRoutes(shared), { prefix: '/v1' });
  await app.register(gatewayRoutes(shared), { prefix: '/api/v1' });
  await app.register(healthRoutes(database, settings.version), { prefix: '/health' });
  if (settings.proof) {
    app.get('/internal/counters', async () => counters.snapshot());
    parts.defer(sampleLoopDelay(counters.eventLoopDelayUs, clock));
  }
  parts.defer(() => closeApp(app));
  const kept = parts.move();
  const close = (): Promise<void> => kept.disposeAsync();
  return { app, counters, routes, warmUp: () => upstream.logIn().catch(() => {}), close, [Symbol.asyncDispose]: close };
}

function openDatabase(options: DatabaseOptions, switches: SwitchSet, counters: Counters): Database {
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

function choosePasswords(switches: SwitchSet, counters: Counters, gate: HashGateOptions): Passwords {
  if (switches.has('auth.hash-on-loop')) return createPasswordsOnLoop(counters);
  if (switches.has('auth.hash-pool-1')) return createPasswordsInOneThread(counters);
  return switches.has('auth.hash-on-libuv')
    ? createPasswordsOnLibuv(counters)
    : createPasswordsInThreads(gate, counters);
}

function chooseIdentities(
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

function chooseReads(database: Database, switches: SwitchSet): Reads {
  const listing = switches.has('db.offset-paging') ? createOffsetListing(database) : createKeysetListing(database);
  const relations = switches.has('db.n-plus-one') ? createRelationsOneByOne(database) : createRelationsInSets(database);
  return {
    strategies: createStrategies(database, listing),
    signals: createSignals(database, listing),
    keys: createKeys(database, listing),
    statistics: chooseStatistics(database, switches),
    projects: createProjects(database, listing, relations),
    files: createFiles(database, listing, relations),
    activities: createActivities(database, listing),
  };
}

function chooseStatistics(database: Database, switches: SwitchSet): Statistics {
  if (switches.has('db.aggregate-in-app')) return createStatisticsInApp(database);
  const keptTotals = indexSetOf(switches) === 'all' && !switches.has('db.no-totals');
  return createStatisticsInSql(database, { keptTotals });
}

function cacheReads(reads: Reads, cache: ReadCache): Reads {
  return {
    strategies: cacheStrategies(reads.strategies, cache),
    signals: cacheSignals(reads.signals, cache),
    keys: cacheKeys(reads.keys, cache),
    statistics: cacheStatistics(reads.statistics, cache),
    projects: cacheProjects(reads.projects, cache),
    files: cacheFiles(reads.files, cache),
    activities: cacheActivities(reads.activities, cache),
  };
}
