import { createOffsetListing, createRelationsOneByOne, createStatisticsInApp } from './baseline/index.ts';
import { keepsTotals } from './data/index.ts';
import type { Database } from './database.ts';
import {
  cacheActivities,
  cacheFiles,
  cacheKeys,
  cacheProjects,
  cacheProviderKeys,
  cacheSignals,
  cacheStatistics,
  cacheStrategies,
  createKeysetListing,
  createRelationsInSets,
  createStatisticsInSql,
  type ReadCache,
} from './optimised/index.ts';
import type {
  Activities,
  Files,
  Keys,
  Projects,
  SealedProviderKeys,
  Signals,
  Statistics,
  Strategies,
} from './ports/index.ts';
import {
  createActivities,
  createFiles,
  createKeys,
  createProjects,
  createSealedProviderKeys,
  createSignals,
  createStrategies,
} from './postgres/index.ts';
import type { SwitchSet } from './switches.ts';

/** Everything that reads rows, behind whichever parts the switches choose. */
export interface Reads {
  readonly strategies: Strategies;
  readonly signals: Signals;
  readonly keys: Keys;
  readonly statistics: Statistics;
  readonly projects: Projects;
  readonly files: Files;
  readonly activities: Activities;
  readonly sealedProviderKeys: SealedProviderKeys;
}

export function chooseReads(database: Database, switches: SwitchSet): Reads {
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
    sealedProviderKeys: createSealedProviderKeys(database),
  };
}

function chooseStatistics(database: Database, switches: SwitchSet): Statistics {
  if (switches.has('db.aggregate-in-app')) return createStatisticsInApp(database);
  return createStatisticsInSql(database, { keptTotals: keepsTotals(switches) });
}

export function cacheReads(reads: Reads, cache: ReadCache): Reads {
  return {
    strategies: cacheStrategies(reads.strategies, cache),
    signals: cacheSignals(reads.signals, cache),
    keys: cacheKeys(reads.keys, cache),
    statistics: cacheStatistics(reads.statistics, cache),
    projects: cacheProjects(reads.projects, cache),
    files: cacheFiles(reads.files, cache),
    activities: cacheActivities(reads.activities, cache),
    sealedProviderKeys: cacheProviderKeys(reads.sealedProviderKeys, cache),
  };
}
