import { hashSync, verifySync } from '@node-rs/bcrypt';
import type { Counters } from '../counters.ts';
import { PASSWORD_COST, type Passwords } from '../ports/index.ts';

/** bcrypt where it is called: on the event loop, which serves nobody else meanwhile. */
export function createPasswordsOnLoop(counters: Counters): Passwords {
  return {
    async verify(password, hash) {
      counters.add('synchronousHashes');
      return verifySync(password, hash);
    },
    async hash(password) {
      counters.add('synchronousHashes');
      return hashSync(password, { cost: PASSWORD_COST });
    },
    close: async () => {},
  };
}
