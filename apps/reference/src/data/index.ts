/** The data of the reference service: schema, seeded rows, and the names and numbers that a load scenario needs. @module */
export { withClient } from './connection.ts';
export { crsKeysByUser } from './crs-keys.ts';
export { allPasswords, sessionOf, usernameOf, userPassword } from './identity.ts';
export { inactiveUser, lastOwner, PROFILES, type ProfileName, REFERENCE_NOW, WHALE_USER } from './profile.ts';
export { type IndexSet, indexSetOf, keepsTotals } from './schema.ts';
export { cloneDatabase, prepareTemplates, type Templates } from './templates.ts';
export { createZipf } from './zipf.ts';
