import { hashSync, verifySync } from '@node-rs/bcrypt';
import type { Counters } from '../counters.ts';
import { MAX_BCRYPT_BYTES, NOBODYS_HASH, PASSWORD_COST, type Passwords } from '../ports/index.ts';

/** bcrypt where it is called: on the event loop, which serves nobody else meanwhile. */
export function createPasswordsOnLoop(counters: Counters): Passwords {
  return {
    maxBytes: MAX_BCRYPT_BYTES,
    async check(password, hash) {
      counters.add('synchronousHashes');
      return { matches: verifySync(password, hash ?? NOBODYS_HASH) };
    },
    async hash(password) {
      counters.add('synchronousHashes');
      return hashSync(password, { cost: PASSWORD_COST });
    },
    close: async () => {},
  };
}
