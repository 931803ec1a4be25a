import { createRandom } from 'millrace/core';
import type { DataSetOptions } from '../data-set.ts';
import { emailOf, sessionOf, usernameOf, userPassword } from '../identity.ts';
import { inactiveUser } from '../profile.ts';
import { type TableRows, tableOf } from './table.ts';

const DAY_MS = 86_400_000;
const SESSION_MS = DAY_MS;

export function userRows({ profile, seed, referenceNow, passwordHashes }: DataSetOptions): TableRows {
  const columns = ['id', 'username', 'email', 'password_hash', 'is_active', 'last_login_at', 'created_at'];
  const inactive = inactiveUser(profile);
  function* generate() {
    const random = createRandom(seed).fork('users');
    for (let id = 1; id <= profile.users; id++) {
      const hash = passwordHashes.get(userPassword(id)) as string;
      const createdAt = new Date(referenceNow.getTime() - Math.floor((60 + random.next() * 600) * DAY_MS));
      const lastLoginAt = new Date(referenceNow.getTime() - Math.floor(random.next() * 30 * DAY_MS));
      const hasLoggedIn = id % 4 !== 0 && id !== inactive;
      yield [id, usernameOf(id), emailOf(id), hash, id !== inactive, hasLoggedIn ? lastLoginAt : null, createdAt];
    }
  }
  return tableOf('users', columns, generate, profile.users);
}

/** One session a user, the inactive one's too: its token must be refused for the user, not for the session. */
export function sessionRows({ profile, seed, loadedAt }: DataSetOptions): TableRows {
  const expiresAt = new Date(loadedAt.getTime() + SESSION_MS);
  function* generate() {
    for (let id = 1; id <= profile.users; id++) yield [sessionOf(id, seed).jti, id, loadedAt, expiresAt, null];
  }
  return tableOf('sessions', ['jti', 'user_id', 'issued_at', 'expires_at', 'revoked_at'], generate);
}
