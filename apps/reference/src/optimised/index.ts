/** The same work on Millrace, a connection pool, indexes and set-based SQL. @module */
export { createAsynchronousLog } from './asynchronous-log.ts';
export { cacheActivities, cacheFiles, cacheProjects } from './cached-projects.ts';
export { cacheKeys, cacheSignals, cacheStatistics, cacheStrategies } from './cached-reads.ts';
export { createCachedIdentities, type IdentityParts } from './identities.ts';
export { createKeptAnswers, keepAnswers } from './kept-answers.ts';
export { createKeysetListing } from './keyset-listing.ts';
export { createLimits } from './limits.ts';
export { createPasswordsInThreads } from './passwords.ts';
export { createPooledTransport } from './pooled-transport.ts';
export { prepareStatements } from './prepared-statements.ts';
export { createReadCache, type ReadCache } from './read-cache.ts';
export { createRelationsInSets } from './relations-in-sets.ts';
export { createSharedAnswers } from './shared-answers.ts';
export { sideBySide } from './side-by-side.ts';
export { createStatisticsInSql } from './statistics-in-sql.ts';
export { createSteadyPool } from './steady-pool.ts';
export { createStreamedExport } from './streamed-export.ts';
export { createUpstreamAnswers } from './upstream-answers.ts';
