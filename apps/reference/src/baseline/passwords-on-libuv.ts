import { hash, verify } from '@node-rs/bcrypt';
import type { Counters } from '../counters.ts';
import { MAX_BCRYPT_BYTES, NOBODYS_HASH, PASSWORD_COST, type Passwords } from '../ports/index.ts';

/**
 * The library's asynchronous calls: off the event loop, on the four threads that libuv also needs for files and names,
 * behind a queue without a bound.
 */
export function createPasswordsOnLibuv(counters: Counters): Passwords {
  return {
    maxBytes: MAX_BCRYPT_BYTES,
    async check(password, encoded) {
      counters.add('libuvHashes');
      return { matches: await verify(password, encoded ?? NOBODYS_HASH) };
    },
    hash(password) {
      counters.add('libuvHashes');
      return hash(password, { cost: PASSWORD_COST });
    },
    close: async () => {},
  };
}
