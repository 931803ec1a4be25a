import type { Counters } from './counters.ts';
import type { Identities } from './ports/index.ts';

const MAX_SESSIONS = 1_000_000;

/** Counts the sessions that this process sees for the first time, which no cache can know. Only under proof. */
export function countFirstSights(identities: Identities, counters: Counters): Identities {
  const seen = new Set<string>();
  const note = (sessionId: string): void => {
    if (seen.has(sessionId) || seen.size === MAX_SESSIONS) return;
    seen.add(sessionId);
    counters.add('identityFirstSights');
  };
  return {
    ...identities,
    check(token) {
      const identity = identities.check(token);
      if (identity instanceof Promise) {
        return identity.then((known) => {
          note(known.sessionId);
          return known;
        });
      }
      note(identity.sessionId);
      return identity;
    },
  };
}
