/** What both modes ask of Postgres in the same way. @module */
export { createAccounts } from './accounts.ts';
export { createActivities } from './activities.ts';
export { createFiles } from './files.ts';
export { createKeyOwners } from './key-owners.ts';
export { queryKeyTotals } from './key-totals.ts';
export { createKeys, type KeyRow } from './keys.ts';
export { listConditions } from './list-conditions.ts';
export {
  ACTIVITY_COLUMNS,
  type ActivityRow,
  FILE_COLUMNS,
  type FileRow,
  PROJECT_COLUMNS,
  type ProjectRow,
  toActivity,
  toFile,
  toProject,
} from './project-rows.ts';
export { createProjects } from './projects.ts';
export { createSealedProviderKeys } from './provider-keys.ts';
export { createRequestLog } from './request-log.ts';
export { createSignals } from './signals.ts';
export { createStrategies } from './strategies.ts';
export { toUsageRecord, type UsageRecordRow, usageRecordsQuery } from './usage-records.ts';
