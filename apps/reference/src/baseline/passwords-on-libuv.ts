import { hash, verify } from '@node-rs/bcrypt';
import type { Counters } from '../counters.ts';
import { PASSWORD_COST, type Passwords } from '../ports/index.ts';

/**
 * The library's asynchronous calls: off the event loop, on the four threads that libuv also needs for files and names,
 * behind a queue without a bound.
 */
export function createPasswordsOnLibuv(counters: Counters): Passwords {
  return {
    verify(password, encoded) {
      counters.add('libuvHashes');
      return verify(password, encoded);
    },
    hash(password) {
      counters.add('libuvHashes');
      return hash(password, { cost: PASSWORD_COST });
    },
    close: async () => {},
  };
}
