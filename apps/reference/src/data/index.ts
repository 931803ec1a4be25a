/** The data of the reference service: schema, seeded rows, and the names and numbers that a load scenario needs. @module */
export { BCRYPT_COST, emailOf, sessionOf, usernameOf, userPassword } from './identity.ts';
export { type LoadProfileOptions, loadProfile } from './load-profile.ts';
export {
  type DataProfile,
  HISTORY_DAYS,
  inactiveUser,
  lastOwner,
  PROFILES,
  type ProfileName,
  REFERENCE_NOW,
  WHALE_USER,
} from './profile.ts';
export { strengthLevel } from './rows/signals.ts';
export { createIndexes, createSchema } from './schema.ts';
export { prepareTemplates, type Templates } from './templates.ts';
export { createZipf, type Zipf, type ZipfOptions } from './zipf.ts';
