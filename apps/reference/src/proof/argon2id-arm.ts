import { createHashGate } from 'millrace/auth';
import { allPasswords, withClient } from '../data/index.ts';

/** `optimised` with argon2id: what logins cost when no user has a bcrypt hash any more. */
export const ARGON2ID_ARM = 'argon2id';

let making: Promise<readonly string[]> | undefined;

/**
 * Gives every user of a clone the argon2id hash of the password they have, as if all had logged in since the service took to it:
 * otherwise the first login of each would be a bcrypt hash and an argon2id hash, and the figures a mixture.
 */
export async function storeArgon2idHashes(databaseUrl: string): Promise<void> {
  making ??= hashAll(allPasswords());
  const hashes = await making;
  await withClient(databaseUrl, async (client) => {
    for (const [kind, hash] of hashes.entries()) {
      await client.query('UPDATE users SET password_hash = $1 WHERE id % $2 = $3', [hash, hashes.length, kind]);
    }
    // The rows of before would be read past by whoever looks for a user.
    await client.query('VACUUM ANALYZE users');
  });
}

async function hashAll(passwords: readonly string[]): Promise<readonly string[]> {
  await using gate = createHashGate({ maxQueue: passwords.length, deadlineMs: 60_000, niceness: 0 });
  return await Promise.all(passwords.map((password) => gate.hash(password)));
}
