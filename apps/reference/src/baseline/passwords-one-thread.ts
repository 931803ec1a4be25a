import { hash, verify } from '@node-rs/bcrypt';
import type { Counters } from '../counters.ts';
import { PASSWORD_COST, type Passwords } from '../ports/index.ts';

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
    verify: (password, encoded) => next(() => verify(password, encoded)),
    hash: (password) => next(() => hash(password, { cost: PASSWORD_COST })),
    close: async () => {},
  };
}
