import { createRandom } from 'millrace/core';
import type { DataProfile } from './profile.ts';
import { activityRows } from './rows/activities.ts';
import { apiKeyOwners, apiKeyRows } from './rows/api-keys.ts';
import { fileRows, fileVersionRows, planFiles } from './rows/files.ts';
import { assignOwners } from './rows/ownership.ts';
import { projectRows } from './rows/projects.ts';
import { requestLogRows } from './rows/request-logs.ts';
import { signalRows } from './rows/signals.ts';
import { strategyRows } from './rows/strategies.ts';
import type { TableRows } from './rows/table.ts';
import { usageRows } from './rows/usage.ts';
import { sessionRows, userRows } from './rows/users.ts';

/** All that the rows depend on: equal options, equal rows. */
export interface DataSetOptions {
  readonly profile: DataProfile;
  readonly seed: number;
  /** The end of the history; see `REFERENCE_NOW`. */
  readonly referenceNow: Date;
  /** The wall-clock time of loading: sessions begin here and last a day. */
  readonly loadedAt: Date;
  /** The hash of each password that `userPassword` gives. */
  readonly passwordHashes: ReadonlyMap<string, string>;
}

/** The whole data set, a table after those it refers to. Rows are made while they are read. */
export function createDataSet(options: DataSetOptions): readonly TableRows[] {
  const { profile, seed } = options;
  const strategyOwners = assignOwners(profile.strategies, profile, createRandom(seed).fork('strategy-owners'));
  const keyOwners = apiKeyOwners(options);
  const projectOwners = assignOwners(profile.projects, profile, createRandom(seed).fork('project-owners'));
  const files = planFiles(options, projectOwners);
  return [
    userRows(options),
    sessionRows(options),
    strategyRows(options, strategyOwners),
    signalRows(options, strategyOwners),
    apiKeyRows(options, keyOwners),
    usageRows(options, keyOwners),
    projectRows(options, projectOwners),
    fileRows(options, files),
    fileVersionRows(options, files, projectOwners),
    activityRows(options, projectOwners),
    requestLogRows(options),
  ];
}
