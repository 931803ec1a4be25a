/** What teams write before anybody measures. @module */
export { createAnswersAside } from './answers-aside.ts';
export { createApiKeysFromDatabase } from './api-keys.ts';
export { createBufferedExport } from './buffered-export.ts';
export { createFreshConnections } from './fresh-connections.ts';
export { createIdentitiesFromDatabase } from './identities.ts';
export { askAlone } from './lone-answers.ts';
export { createNewConnectionTransport } from './new-connection-transport.ts';
export { NO_LIMITS } from './no-limits.ts';
export { createOffsetListing } from './offset-listing.ts';
export { oneByOne } from './one-by-one.ts';
export { createPasswordsOnLoop } from './passwords.ts';
export { createPasswordsOnLibuv } from './passwords-on-libuv.ts';
export { createPasswordsInOneThread } from './passwords-one-thread.ts';
export { createRelationsOneByOne } from './relations-one-by-one.ts';
export { createStatisticsInApp } from './statistics-in-app.ts';
export { createSynchronousLog } from './synchronous-log.ts';
