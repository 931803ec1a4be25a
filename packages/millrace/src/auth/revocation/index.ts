/** Tokens that end before they expire. @module */
export { createMemoryRevocationLog, type MemoryRevocationLog } from './memory-revocation-log.ts';
export type { PostgresQuery } from './postgres-query.ts';
export { type ListenPostgresOptions, listenPostgres, type PostgresListener } from './postgres-revocation-feed.ts';
export {
  createPostgresRevocationLog,
  type PostgresRevocationLog,
  type PostgresRevocationLogOptions,
} from './postgres-revocation-log.ts';
export type {
  KeyRevocation,
  RevocableClaims,
  Revocation,
  RevocationEntry,
  SubjectRevocation,
  TokenRevocation,
} from './revocation.ts';
export type { RevocationFeed, RevocationHints, RevocationLog, RevocationRead } from './revocation-log.ts';
export type { RevocationsOptions } from './revocation-options.ts';
export type { RevocationsStats } from './revocation-report.ts';
export type { RevocationScope } from './revocation-scopes.ts';
export { createRevocations, type Revocations, type RevokeOptions, type RevokeSubjectOptions } from './revocations.ts';
