import type { Counters } from '../counters.ts';
import { PASSWORD_COST, type Passwords } from '../ports/passwords.ts';
import { createHashGate, type HashGateOptions } from './stand-ins.ts';

/** bcrypt in threads of its own behind a bounded queue: past the bound a login is refused with 503, and nothing stalls. */
export function createPasswordsInThreads(options: HashGateOptions, counters: Counters): Passwords {
  const gate = createHashGate(options);
  return {
    verify(password, hash) {
      counters.add('pooledHashes');
      return gate.verify(password, hash);
    },
    hash(password) {
      counters.add('pooledHashes');
      return gate.hash(password, PASSWORD_COST);
    },
    close: async () => gate.close(),
  };
}
