import { createHashGate, type HashGateOptions } from 'millrace/auth';
import type { Counters } from '../counters.ts';
import { MAX_BCRYPT_BYTES, PASSWORD_COST, type Passwords } from '../ports/index.ts';

/** How new hashes are made; those of the other kind count too, and are replaced when their users log in. */
export type PasswordScheme = 'bcrypt' | 'argon2id';

/** What the gate takes at most. */
const MAX_PASSWORD_BYTES = 4_096;

/** Hashes in threads of their own behind a bounded queue: past the bound a login is refused with 503, and nothing stalls. */
export function createPasswordsInThreads(
  scheme: PasswordScheme,
  options: HashGateOptions,
  counters: Counters,
): Passwords {
  const gate = createHashGate({ ...options, ...(scheme === 'bcrypt' && { target: PASSWORD_COST }) });
  return {
    maxBytes: scheme === 'bcrypt' ? MAX_BCRYPT_BYTES : MAX_PASSWORD_BYTES,
    async check(password, hash) {
      const found = await gate.check(password, hash);
      counters.add('pooledHashes');
      if (found.upgradedHash !== undefined) counters.add('pooledHashes');
      return found;
    },
    async hash(password) {
      const made = await gate.hash(password);
      counters.add('pooledHashes');
      return made;
    },
    close: () => gate.close(),
  };
}
