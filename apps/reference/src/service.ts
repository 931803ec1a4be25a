import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from 'millrace/core';
import { type App, closeApp, collectRoutes, createApp } from './app.ts';
import { createBufferedExport, oneByOne } from './baseline/index.ts';
import { Counters } from './counters.ts';
import { createCursors } from './cursors.ts';
import { indexSetOf, keepsTotals } from './data/index.ts';
import { requireIndexes } from './database-check.ts';
import { createProviderKeys } from './gateway/index.ts';
import { openLlm } from './llm.ts';
import { sampleLoopDelay } from './loop-delay.ts';
import { observeRequests, openAccessLog } from './observation.ts';
import { createReadCache, createStreamedExport, sideBySide } from './optimised/index.ts';
import type { CacheSharing } from './ports/index.ts';
import { createAccounts, createKeyOwners, createRequestLog } from './postgres/index.ts';
import { createPrometheusMetrics } from './prometheus.ts';
import { addRoutes, createAuthorisation, healthRoutes } from './routes/index.ts';
import { confirmSealKeys } from './seal-check.ts';
import type { Settings } from './settings.ts';
import { openSharedTiers } from './shared-tiers.ts';
import {
  chooseApiKeys,
  chooseIdentities,
  chooseLimits,
  choosePasswords,
  type Own,
  openDatabase,
} from './switched-parts.ts';
import { cacheReads, chooseReads } from './switched-reads.ts';
import { createTokens } from './tokens.ts';
import { openUpstream } from './upstream.ts';

/** A thread a core, each below the priority of the event loop; a login waits two seconds at most. */
const HASH_GATE = { threads: availableParallelism(), maxQueue: 16, deadlineMs: 2_000 };

/** While Redis is away, how long what another instance wrote may not show. */
const READ_STALENESS_MS = 5_000;

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

export interface ServiceOptions {
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Scheduling priority of the hash threads, 0 (normal) to 19 (lowest); default that of `createHashGate`. */
  readonly hashNiceness?: number;
  /** Longest wait for one answer of Redis about a value, in milliseconds; default that of `createRedisTier`. */
  readonly redisTimeoutMs?: number;
}

/** Puts the service together: each switch chooses between a baseline and an optimised part. */
export async function createService(settings: Settings, options: ServiceOptions = {}): Promise<Service> {
  const { clock = systemClock, hashNiceness: niceness, redisTimeoutMs: timeoutMs } = options;
  const { switches } = settings;
  const counters = new Counters();
  await using parts = new AsyncDisposableStack();
  const own: Own = (part) => parts.adopt(part, (it) => it.close());

  const database = own(openDatabase(settings.database, switches, counters));
  await requireIndexes(database, { indexes: indexSetOf(switches), totals: keepsTotals(switches) });
  const { keyKind, sealer } = settings.secrets;
  await confirmSealKeys(database, sealer);
  const accounts = createAccounts(database);
  const tokens = createTokens(settings.tokenSecret, settings.tokenTtlMs / 1000, clock);
  const cursors = createCursors(settings.tokenSecret);
  const gate = { ...HASH_GATE, ...(niceness !== undefined && { niceness }), clock };
  const passwords = own(choosePasswords(settings, counters, gate));
  const tiers = own(await openSharedTiers(settings.redis, { clock, timeoutMs, say: (line) => app.log.warn(line) }));
  const identities = own(await chooseIdentities(settings, { tokens, accounts, counters, clock }, tiers, own));
  const keyParts = { kind: keyKind, owners: createKeyOwners(database), counters, clock };
  const apiKeys = own(chooseApiKeys(identities.ends, keyParts));
  const limits = own(chooseLimits(settings, clock, tiers));
  const plain = chooseReads(database, switches);
  const readCache = switches.has('cache.none')
    ? undefined
    : own(createReadCache({ maxEntries: settings.cacheMaxEntries, clock, shared: tiers.tier(READ_STALENESS_MS) }));
  const reads = readCache === undefined ? plain : cacheReads(plain, readCache);
  const usageExport = switches.has('export.buffered')
    ? createBufferedExport(database)
    : createStreamedExport(database, clock);
  const crs = own(openUpstream(settings.crs, { switches, counters, clock, tiers }));
  const { upstream } = crs;
  const gateway = own(openLlm(settings.llm, switches, counters, clock));
  const requestLog = own(createRequestLog(database, counters, clock, (line) => app.log.warn(line)));
  const gather = switches.has('upstream.serial') ? oneByOne : sideBySide;

  const app = createApp(counters, settings.logLevel);
  const routes = collectRoutes(app);
  const sharing = (): CacheSharing[] => [identities, readCache, crs].flatMap((part) => part?.sharing() ?? []);
  observeRequests(app, own(createPrometheusMetrics(counters, sharing)), own(openAccessLog(settings, counters)));
  const authorise = createAuthorisation({ identities, apiKeys, limits, counters });
  const now = (): Date => settings.today ?? new Date(clock.wallNow());
  const auth = { accounts, passwords, identities, tokens, counters, authorise, limits };
  const providerKeys = createProviderKeys(reads.sealedProviderKeys, sealer);
  const ofKeys = { apiKeys, keyKind, ends: identities.ends, providerKeys };
  const around = { upstream, requestLog, gather, cursors, usageExport, now, clock };
  await addRoutes(app, { ...reads, ...gateway, ...auth, ...ofKeys, ...around });
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
