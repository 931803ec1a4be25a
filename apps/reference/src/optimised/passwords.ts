import { createHashGate, type HashGateOptions } from 'millrace/auth';
import type { Counters } from '../counters.ts';
import { PASSWORD_COST, type Passwords } from '../ports/index.ts';

/** bcrypt in threads of its own behind a bounded queue: past the bound a login is refused with 503, and nothing stalls. */
export function createPasswordsInThreads(options: HashGateOptions, counters: Counters): Passwords {
  const gate = createHashGate({ target: PASSWORD_COST, ...options });
  const counted = async <T>(hashing: Promise<T>): Promise<T> => {
    const result = await hashing;
    counters.add('pooledHashes');
    return result;
  };
  return {
    verify: (password, hash) => counted(gate.verify(password, hash)),
    hash: (password) => counted(gate.hash(password)),
    close: () => gate.close(),
  };
}
