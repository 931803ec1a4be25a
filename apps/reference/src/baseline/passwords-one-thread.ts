import { hash, verify } from '@node-rs/bcrypt';
import type { Counters } from '../counters.ts';
import { MAX_BCRYPT_BYTES, NOBODYS_HASH, PASSWORD_COST, type Passwords } from '../ports/index.ts';

/** Off the event loop, one at a time, behind a queue without a bound: a burst makes everybody wait for all before them. */
export function createPasswordsInOneThread(counters: Counters): Passwords {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    counters.add('queuedHashes');
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  return {
    maxBytes: MAX_BCRYPT_BYTES,
    check: (password, encoded) => next(async () => ({ matches: await verify(password, encoded ?? NOBODYS_HASH) })),
    hash: (password) => next(() => hash(password, { cost: PASSWORD_COST })),
    close: async () => {},
  };
}
